// Sends the form as JSON. The token of the link stands after the #, which browsers send to nobody; it is taken out of
// the address bar at once, so that nobody reads it there or in the history, and kept beside it for a reload.
const form = document.querySelector('form')
const status = document.querySelector('[role=status]')
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? history.state?.token
history.replaceState({ token }, '', location.pathname)
if ('needsToken' in form.dataset && !token) {
  form.replaceChildren(status)
  status.textContent = 'This page needs the link from the mail: open it once more.'
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void send()
})

async function send() {
  status.textContent = '…'
  const body = { ...Object.fromEntries(new FormData(form)), ...(token && { token }) }
  try {
    const response = await fetch(form.dataset.action, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (response.ok) {
      history.replaceState(null, '', location.pathname)
      form.replaceChildren(status)
      status.textContent = form.dataset.done
      return
    }
    const problem = await response.json()
    const details = (problem.errors ?? []).map((error) => error.detail)
    status.textContent = [problem.title, ...details].join('; ')
  } catch {
    status.textContent = 'The service did not answer. Try again.'
  }
}
