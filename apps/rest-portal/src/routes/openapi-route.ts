import type { Micro } from '@micro/core'
import type { FastifyInstance } from 'fastify'
import type { Directory } from '../actions/directory.ts'
import { openApiDocument } from '../openapi/openapi-document.ts'

/** The document, made anew only when services have changed. */
export function addOpenApiRoute(
  app: FastifyInstance,
  directory: Directory,
  { name, version }: Pick<Micro, 'name' | 'version'>,
): void {
  let made: { readonly of: Directory['actions']; readonly text: string } | undefined
  app.get('/openapi.json', (_request, reply) => {
    const { actions } = directory
    if (made?.of !== actions)
      made = { of: actions, text: JSON.stringify(openApiDocument(actions, { title: name, version })) }
    return reply.header('content-type', 'application/json; charset=utf-8').send(made.text)
  })
}
