import { serviceProblem } from './problem.ts'
import type { Service } from './service.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * Refuses a request that no route matches: with 405 and `Allow` if its path has routes for other methods (RFC 9110,
 * section 15.5.6), with 404 otherwise. It is a hook because Fastify would parse the body before a not-found handler, and
 * could refuse the body first. Call it after adding the hooks that every request must pass.
 */
export function refuseUnmatched(app: Service): void {
  app.addHook('onRequest', async ({ is404, url }) => {
    if (!is404) return
    const routes = methods.flatMap((method) => {
      const route = app.findRoute({ method, url })
      return route ? [{ method, parameters: Object.keys(route.params).length }] : []
    })
    if (routes.length === 0) throw serviceProblem('not_found')
    // `/products/search` is not one of `/products/:id`: the route with the fewest parameters is the one that is meant.
    const fewest = Math.min(...routes.map(({ parameters }) => parameters))
    const allowed = routes.filter(({ parameters }) => parameters === fewest).map(({ method }) => method)
    // CORS responds to OPTIONS, on every path.
    const allow = [...allowed, ...(app.hasPlugin('@fastify/cors') ? ['OPTIONS'] : [])].join(', ')
    throw serviceProblem('method_not_allowed', {
      detail: `Send one of the methods that this path supports: ${allow}`,
      headers: { allow },
    })
  })
  // For a route that calls `reply.callNotFound()`.
  app.setNotFoundHandler(() => {
    throw serviceProblem('not_found')
  })
}
