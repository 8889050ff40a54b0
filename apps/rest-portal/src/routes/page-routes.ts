import { readdir, readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { PAGE_POLICY } from '../http/security-headers.ts'

/** The same place from src and from dist. */
const FOLDER = new URL('../../page/', import.meta.url)

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** The page that people try commands and views on. Its files are read once, and there are no others at these addresses. */
export async function addPageRoutes(app: FastifyInstance): Promise<void> {
  for (const file of await readdir(FOLDER)) {
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)]
    if (type === undefined) continue
    const content = await readFile(new URL(file, FOLDER))
    const headers = { 'content-type': type, 'content-security-policy': PAGE_POLICY }
    app.get(file === 'index.html' ? '/' : `/${file}`, (_request, reply) => reply.headers(headers).send(content))
  }
}
