/** @returns how many series an expression gives in a Prometheus @throws Error when that does not understand it */
export async function countSeries(prometheusUrl: string, expression: string): Promise<number> {
  const response = await fetch(`${prometheusUrl}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expression }),
  })
  const answer: { data?: { result: unknown[] }; error?: string } = JSON.parse(await response.text())
  if (!answer.data) throw new Error(`${answer.error}: ${expression}`)
  return answer.data.result.length
}
