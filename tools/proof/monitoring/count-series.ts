/** @returns the number of series in the result of an expression @throws Error when Prometheus rejects the expression */
export async function countSeries(prometheusUrl: string, expression: string): Promise<number> {
  const response = await fetch(`${prometheusUrl}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expression }),
  })
  const body: { data?: { result: unknown[] }; error?: string } = JSON.parse(await response.text())
  if (!body.data) throw new Error(`${body.error}: ${expression}`)
  return body.data.result.length
}
