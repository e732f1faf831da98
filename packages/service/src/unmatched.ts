import { serviceProblem } from './problem.ts'
import type { Service } from './service.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Refuses a request whose path has no route for its method: with 405 and `Allow` if the path has routes for other methods
 * (RFC 9110, section 15.5.6), with 404 otherwise. It is a hook because Fastify would parse the body before a not-found
 * handler, and could refuse the body first. Call it after adding the hooks that every request must pass.
 */
export function refuseUnmatched(app: Service): void {
  app.addHook('onRequest', async ({ is404, method, routeOptions, url }) => {
    const hasParameters = /[:*]/.test(routeOptions.url ?? '')
    if (!is404 && !hasParameters) return
    const allowed = methodsOf(app, url)
    // `PUT /products/search` matches the route `PUT /products/:id`, although it means the path `/products/search`.
    if (allowed.includes(method)) return
    if (allowed.length === 0) throw serviceProblem('not_found')
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

/** The methods of a path. `/products/search` is not one of `/products/:id`: the routes with the fewest parameters are meant. */
function methodsOf(app: Service, url: string): string[] {
  const routes = methods.flatMap((method) => {
    const route = app.findRoute({ method, url })
    return route ? [{ method, parameters: Object.keys(route.params).length }] : []
  })
  const fewest = Math.min(...routes.map(({ parameters }) => parameters))
  return routes.filter(({ parameters }) => parameters === fewest).map(({ method }) => method)
}
