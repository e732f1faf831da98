/** What a page asks for and which route it sends that to. */
export interface Page {
  title: string
  /** Path of the API route. Relative, so that it works behind a gateway that adds a prefix. */
  action: string
  /** True if the page works only with the token from a mail's link. */
  needsToken: boolean
  field: Field
  button: string
  /** What the page says once the request has succeeded. */
  done: string
  /** A link for somebody whose link or mail does not work. */
  otherwise: { text: string; path: string; link: string }
}

interface Field {
  name: 'email' | 'password'
  label: string
  /** For password managers, which use it to fill in the field: https://html.spec.whatwg.org/#autofill. */
  autocomplete: 'email' | 'current-password' | 'new-password'
}

const emailField: Field = { name: 'email', label: 'E-mail address', autocomplete: 'email' }

/** The pages that mails link to, and those where a person asks for a new link. Your own front end can replace them. */
export const pages = {
  '/verify-email': {
    title: 'Confirm your e-mail address',
    action: 'v1/verify-email',
    needsToken: true,
    field: {
      name: 'password',
      label: 'The password that you chose when you registered',
      autocomplete: 'current-password',
    },
    button: 'Confirm',
    done: 'Your address is confirmed and your account is ready. You can sign in now.',
    otherwise: { text: 'The link does not work?', path: 'resend-verification', link: 'Ask for a new one' },
  },
  '/finish-registration': {
    title: 'Confirm your e-mail address',
    action: 'v1/verify-email',
    needsToken: true,
    field: { name: 'password', label: 'Choose a password', autocomplete: 'new-password' },
    button: 'Confirm',
    done: 'Your address is confirmed and your account is ready. You can sign in now.',
    otherwise: { text: 'The link does not work?', path: 'resend-verification', link: 'Ask for a new one' },
  },
  '/resend-verification': {
    title: 'Ask for a new confirmation link',
    action: 'v1/resend-verification',
    needsToken: false,
    field: emailField,
    button: 'Send the link',
    done: 'If this address is waiting to be confirmed, a new link is on its way. Look in your spam folder too.',
    otherwise: { text: 'You have an account?', path: 'forgot-password', link: 'Reset your password' },
  },
  '/forgot-password': {
    title: 'Forgot your password?',
    action: 'v1/password/forgot',
    needsToken: false,
    field: emailField,
    button: 'Send a link',
    done: 'If this address has an account, a link to choose a new password is on its way. Look in your spam folder too.',
    otherwise: {
      text: 'You have not confirmed your address yet?',
      path: 'resend-verification',
      link: 'Ask for a new confirmation link',
    },
  },
  '/reset-password': {
    title: 'Choose a new password',
    action: 'v1/password/reset',
    needsToken: true,
    field: { name: 'password', label: 'New password', autocomplete: 'new-password' },
    button: 'Save the password',
    done: 'Your new password is set, and you are signed out everywhere. You can sign in with it now.',
    otherwise: { text: 'The link does not work?', path: 'forgot-password', link: 'Ask for a new one' },
  },
} as const satisfies Record<string, Page>

/** The page loads and requests only from its own origin, cannot be framed, and cannot submit without the script. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Every text comes from this file: the page never contains anything that a user typed, so nothing is escaped. */
export function renderPage(page: Page): string {
  const { field, otherwise } = page
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${page.title}</title>
    <link rel="stylesheet" href="pages/form.css">
    <script type="module" src="pages/form.js"></script>
  </head>
  <body>
    <main>
      <h1>${page.title}</h1>
      <noscript><p class="error">This page needs JavaScript. Allow it for this site, then open the page again.</p></noscript>
      <p id="message" role="status" tabindex="-1"></p>
      <form hidden data-action="${page.action}" data-done="${page.done}"${page.needsToken ? ' data-needs-token' : ''}>
        <label for="${field.name}">${field.label}</label>
        <input id="${field.name}" name="${field.name}" type="${field.name}" autocomplete="${field.autocomplete}" required aria-describedby="message">
        <button>${page.button}</button>
      </form>
      <p>${otherwise.text} <a href="${otherwise.path}">${otherwise.link}</a></p>
    </main>
  </body>
</html>
`
}
