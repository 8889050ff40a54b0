// What /openapi.json says, as services with their commands and views.

/** @returns {Promise<{ title: string, version: string, services: { name: string, actions: object[] }[] }>} */
export async function loadContracts() {
  const response = await fetch('/openapi.json')
  if (!response.ok) throw new Error(`/openapi.json was answered with ${response.status}.`)
  const document = await response.json()
  const actions = Object.entries(document.paths).map(([path, item]) => readAction(path, item, document))
  const names = [...new Set(actions.map((action) => action.service))]
  return {
    title: document.info.title,
    version: document.info.version,
    services: names.map((name) => ({ name, actions: actions.filter((action) => action.service === name) })),
  }
}

function readAction(path, item, document) {
  const operation = item.post
  const { service, action: name, kind } = operation['x-micro']
  return {
    id: `${service}/${name}`.replaceAll(' ', '-'),
    slug: path.slice(path.lastIndexOf('/') + 1),
    service,
    name,
    kind,
    path,
    isQuery: item.get !== undefined,
    description: operation.description,
    payload: plain(operation.requestBody.content['application/json'].schema, document),
    response: plain(operation.responses['200'].content['application/json'].schema, document),
    document,
  }
}

/** A schema without `$ref` and `allOf` at its top, so that its keywords can be looked at. */
export function plain(schema, document, seen = new Set()) {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return {}
  const { $ref, allOf = [], ...own } = schema
  const inner = new Set([...seen, schema])
  const parts = [...($ref === undefined ? [] : [partAt($ref, document)]), ...allOf].map((part) =>
    plain(part, document, inner),
  )
  return [...parts, own].reduce((whole, part) => ({
    ...whole,
    ...part,
    ...(whole.properties || part.properties ? { properties: { ...whole.properties, ...part.properties } } : {}),
    ...(whole.required || part.required ? { required: [...(whole.required ?? []), ...(part.required ?? [])] } : {}),
  }))
}

function partAt(pointer, document) {
  let part = document
  for (const name of decodeURIComponent(pointer.slice(1)).split('/').slice(1))
    part = part?.[name.replaceAll('~1', '/').replaceAll('~0', '~')]
  return part
}
