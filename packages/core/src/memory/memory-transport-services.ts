import type { EndpointDescription, ServiceDescription } from '../ports/transport.ts'

/** Endpoints as running instances of services, in the order in which they came; each caller gets its own copy. */
export function groupByInstance(endpoints: readonly EndpointDescription[]): readonly ServiceDescription[] {
  const groups = new Map<string, EndpointDescription[]>()
  for (const endpoint of endpoints) {
    const key = JSON.stringify([endpoint.service, endpoint.version, endpoint.instance])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [endpoint])
    else group.push(endpoint)
  }
  return [...groups.values()].map((group) => {
    const { service, version, instance } = group[0] as EndpointDescription
    const endpoints = JSON.parse(JSON.stringify(group)) as readonly EndpointDescription[]
    return { service, version, instance, endpoints }
  })
}
