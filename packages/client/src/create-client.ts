import createFetchClient, { type Client } from 'openapi-fetch'

export type ClientOptions = {
  /** Where the service is, such as `http://localhost:4102`, or below a gateway `https://example.com/catalog`. */
  baseUrl: string
  /**
   * Asked before each request for the access token to send, so that it may change, or be refreshed. Without a token, the
   * request is anonymous.
   */
  token?: () => string | undefined | Promise<string | undefined>
  /** Sends the requests; by default the `fetch` of the browser or of Node.js. */
  fetch?: (request: Request) => Promise<Response>
}

/**
 * Makes a typed client of one service: `createClient<CatalogApi>({ baseUrl })`. It has a function for each method, which takes
 * a path of the service's OpenAPI description, and returns `data` or `error`, with the `response`. It rejects only if there
 * is no response.
 */
export function createClient<Api extends {}>({ baseUrl, token, fetch }: ClientOptions): Client<Api> {
  const client = createFetchClient<Api>({ baseUrl, ...(fetch && { fetch }) })
  if (token)
    client.use({
      async onRequest({ request }) {
        const value = await token()
        if (value !== undefined) request.headers.set('authorization', `Bearer ${value}`)
      },
    })
  return client
}
