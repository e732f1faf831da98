import { type ClientOptions, createCaller, type VirtualClient } from './virtual-client.ts'

const password = process.env.DEMO_PASSWORD ?? 'fondasi-demo-password'
const digest = {
  kind: 'mail.send',
  payload: {
    to: 'reader@fondasi.test',
    template: 'digest',
    values: { title: 'Load', items: [{ title: 'One job', url: 'https://shop.example/jobs' }] },
  },
}

/**
 * One editor, who enqueues a mail and looks at it. A job that was acknowledged must exist. The editor uses LOAD_TOKEN, or logs in at
 * auth without one.
 */
export function createJobsClient({ url, address, lost }: ClientOptions): VirtualClient {
  const call = createCaller(url, address)
  const callAuth = createCaller(url.replace(/\/jobs$/, '/auth'), address)
  let token = process.env.LOAD_TOKEN || undefined
  let jobId: string | undefined

  async function login() {
    const { outcome, text } = await callAuth('login', '/v1/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'editor@fondasi.test', password }),
    })
    if (outcome.status === 404)
      throw new Error(
        'no auth service is behind LOAD_URL: set LOAD_TOKEN to a valid access token of an editor',
      )
    if (outcome.status === 200) token = /"accessToken":"([^"]+)"/.exec(text)?.[1]
    return outcome
  }

  async function enqueue() {
    const { outcome, text } = await call('enqueue', '/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(digest),
    })
    if (outcome.status === 202) jobId = /"id":"([\w-]+)"/.exec(text)?.[1]
    if (outcome.status === 401) token = undefined
    return outcome
  }

  async function look(id: string) {
    const { outcome } = await call('job', `/v1/jobs/${id}`, { headers: { authorization: `Bearer ${token}` } })
    if (outcome.status === 401) token = undefined
    if (outcome.status === 404) lost(`the job ${id} was acknowledged and does not exist`)
    return outcome
  }

  return {
    /** Out of ten requests: three enqueue a mail, and seven look at the last one. */
    act(index) {
      if (token === undefined) return login()
      return index % 10 < 3 || jobId === undefined ? enqueue() : look(jobId)
    },
  }
}
