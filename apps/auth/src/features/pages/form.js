// Sends the form of a page to the API as JSON and shows the outcome.
const form = document.querySelector('form')
const field = document.querySelector('input')
const button = document.querySelector('button')
const message = document.querySelector('[role=status]')
let token

openLink()
// A link pasted into a tab that already shows this page changes only the part after the #: nothing is loaded again.
window.addEventListener('hashchange', openLink)
form.addEventListener('submit', (event) => {
  event.preventDefault()
  void send()
})

/**
 * Takes the token from the link. Browsers send what follows the # to no server. It leaves the address bar at once, so
 * that neither a bystander nor the browser history sees it. The state of the history entry keeps it for a reload.
 */
function openLink() {
  token = new URLSearchParams(location.hash.slice(1)).get('token') ?? history.state?.token
  history.replaceState({ token }, '', location.pathname)
  const linkIsMissing = 'needsToken' in form.dataset && !token
  form.hidden = linkIsMissing
  if (linkIsMissing)
    show('error', 'This page needs the link from your e-mail. Open that link, or ask for a new one.')
  else show('', '')
}

async function send() {
  // A disabled button also stops Enter and the second half of a double click.
  button.disabled = true
  show('', 'Sending…')
  const body = { ...Object.fromEntries(new FormData(form)), ...(token && { token }) }
  try {
    const response = await fetch(form.dataset.action, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (response.ok) {
      history.replaceState(null, '', location.pathname)
      form.hidden = true
      show('done', form.dataset.done)
    } else {
      showProblem(await response.json(), response.headers.get('retry-after'))
    }
  } catch {
    show('error', 'We could not reach the service. Check your connection and try again.')
  }
  button.disabled = false
  // A disabled button loses the focus. Move it to the field, so that the person can try again.
  // Screen readers read the message as the field's description (aria-describedby).
  const next = form.hidden ? message : field
  next.focus()
}

function show(kind, text) {
  message.className = kind
  message.textContent = text
}

/** Says what happened and what to do next, from the API's problem document. */
function showProblem({ code, title, errors = [] }, retryAfter) {
  if (code === 'invalid_mail_token' || errors.some(({ pointer }) => pointer === '/body/token')) {
    form.hidden = true
    show(
      'error',
      'This link has expired, has been used, or has been replaced by a newer one. Ask for a new link.',
    )
  } else if (code === 'invalid_credentials') {
    show('error', 'This is not the password that you chose when you registered. Try again.')
  } else if (errors.length > 0) {
    show(
      'error',
      errors.map(({ pointer, detail }) => `The ${pointer.replace('/body/', '')} ${detail}.`).join(' '),
    )
  } else {
    show('error', retryAfter ? `${title}. Try again ${inWords(Number(retryAfter))}.` : `${title}.`)
  }
}

function inWords(seconds) {
  const format = new Intl.RelativeTimeFormat('en')
  return seconds < 60 ? format.format(seconds, 'second') : format.format(Math.ceil(seconds / 60), 'minute')
}
