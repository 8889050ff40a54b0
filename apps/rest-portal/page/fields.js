// One labelled input for each property of a payload.
import { plain } from './contracts.js'
import { element, heading } from './elements.js'

/** What the user typed is not what the schema asks for. */
class FieldError extends Error {}

let lastId = 0

/**
 * Fields for an action's payload: one for each property, or one for JSON where the payload has none that can be named.
 *
 * @returns {{ elements: HTMLElement[], read(): { ok: boolean, payload?: unknown }, showProblems(problems: { path: string, message: string }[]): void }}
 */
export function payloadFields({ payload: schema, document }, remembered) {
  const properties = Object.entries(schema.properties ?? {})
  const isOpen = properties.length === 0 && schema.additionalProperties !== false
  if (isOpen || schema.anyOf || schema.oneOf) return wholePayload(schema)
  const required = new Set(schema.required ?? [])
  const fields = properties.map(([name, property]) =>
    makeField(name, plain(property, document), required.has(name), document, remembered),
  )
  return {
    elements: fields.map((field) => field.element),
    read() {
      const results = fields.map((field) => [field, field.read()])
      const wrong = results.find(([, result]) => result.problem !== undefined)
      if (wrong !== undefined) {
        wrong[0].input.focus()
        return { ok: false }
      }
      const present = results.filter(([, result]) => result.value !== undefined)
      return { ok: true, payload: Object.fromEntries(present.map(([field, result]) => [field.name, result.value])) }
    },
    showProblems(problems) {
      for (const field of fields) {
        const place = `/${field.name}`
        const own = problems.find(({ path }) => path === place || path.startsWith(`${place}/`))
        field.complain(own && `${own.path.slice(place.length)} ${own.message}`.trim())
      }
      fields.find((field) => field.input.getAttribute('aria-invalid') === 'true')?.input.focus()
    },
  }
}

function wholePayload(schema) {
  const field = makeField('payload', { type: 'object', description: schema.description }, true, {}, new Map())
  if (field.input.value === '') field.input.value = '{}'
  return {
    elements: [field.element],
    read() {
      const { problem, value } = field.read()
      return problem === undefined ? { ok: true, payload: value } : { ok: false }
    },
    showProblems: (problems) => field.complain(problems[0] && `${problems[0].path} ${problems[0].message}`.trim()),
  }
}

function makeField(name, schema, isRequired, document, remembered) {
  const id = `field-${++lastId}`
  const { input, parse } = makeInput(schema, document)
  const error = element('p', { class: 'error', id: `${id}-error`, hidden: true })
  const hint = hintFor(schema)
  input.id = id
  input.name = name
  input.setAttribute('aria-describedby', `${id}-hint ${id}-error`)
  if (isRequired) input.setAttribute('aria-required', 'true')
  if (input.type !== 'checkbox' && remembered.has(name) && isKept(schema)) input.value = remembered.get(name)
  const complain = (message) => {
    error.textContent = message === undefined ? '' : `${heading(name)} ${message}`
    error.hidden = message === undefined
    input.setAttribute('aria-invalid', String(message !== undefined))
  }
  const read = () => {
    try {
      const value = readValue(input, parse, isRequired, schema)
      complain()
      if (isKept(schema) && typeof value === 'string') remembered.set(name, value)
      return { value }
    } catch (failure) {
      if (!(failure instanceof FieldError)) throw failure
      complain(failure.message)
      return { problem: failure.message }
    }
  }
  input.addEventListener('input', () => complain())
  const label = element('label', { for: id }, heading(name))
  if (!isRequired) label.append(element('span', { class: 'optional' }, ' optional'))
  const field = element(
    'div',
    { class: 'field' },
    label,
    input,
    element('p', { class: 'hint', id: `${id}-hint` }, hint),
    error,
  )
  return { name, input, element: field, read, complain }
}

/** Names of things are typed again and again; amounts and texts are not. */
function isKept({ type, enum: values, maxLength = 0 }) {
  return type === 'string' && values === undefined && maxLength <= 100
}

function readValue(input, parse, isRequired, schema) {
  if (input.type === 'checkbox') return input.checked
  if (input.validity.badInput) throw new FieldError('is not a number.')
  if (input.value === '') {
    if (!isRequired) return undefined
    if (schema.type !== 'string' || (schema.minLength ?? 0) > 0) throw new FieldError('is needed.')
  }
  return parse(input.value)
}

/** An input and how its text becomes a value. */
function makeInput(schema, document) {
  const { type, enum: values } = schema
  if (schema.const !== undefined || Array.isArray(values)) return choice(values ?? [schema.const])
  if (type === 'boolean') return choice([true, false])
  if (type === 'integer' || type === 'number') return numberInput(schema)
  if (type === 'string') return textInput(schema)
  if (type === 'array' && ['string', 'integer', 'number'].includes(plain(schema.items, document).type))
    return lines(plain(schema.items, document))
  return { input: element('textarea', { rows: 4, class: 'code', spellcheck: 'false' }), parse: parseJson }
}

function choice(values) {
  const options = values.map((value, index) => element('option', { value: index }, String(value)))
  return {
    input: element('select', {}, element('option', { value: '' }, 'Choose…'), ...options),
    parse: (index) => values[Number(index)],
  }
}

function numberInput(schema) {
  const isInteger = schema.type === 'integer'
  const input = element('input', {
    type: 'number',
    inputmode: isInteger && schema.minimum >= 0 ? 'numeric' : 'decimal',
    step: schema.multipleOf ?? (isInteger ? 1 : 'any'),
    min: schema.minimum,
    max: schema.maximum,
    placeholder: schema.examples?.[0],
  })
  return { input, parse: (text) => parseNumber(text, schema) }
}

function parseNumber(text, { type, minimum, maximum }) {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new FieldError('is not a number.')
  if (type === 'integer' && !Number.isInteger(value)) throw new FieldError('is a whole number.')
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new FieldError('has too many digits.')
  if (value < minimum) throw new FieldError(`is at least ${minimum}.`)
  if (value > maximum) throw new FieldError(`is at most ${maximum}.`)
  return value
}

const TEXT_TYPES = { email: 'email', password: 'password', date: 'date', uri: 'url' }

function textInput(schema) {
  const parse = (text) => parseText(text, schema)
  if (schema.maxLength > 200) return { input: element('textarea', { rows: 3, maxlength: schema.maxLength }), parse }
  const input = element('input', {
    type: schema.writeOnly ? 'password' : (TEXT_TYPES[schema.format] ?? 'text'),
    maxlength: schema.maxLength,
    placeholder: schema.examples?.[0] ?? (schema.format === 'date-time' ? '2026-01-31T12:00:00Z' : undefined),
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  })
  return { input, parse }
}

function parseText(text, { minLength = 0, pattern }) {
  if ([...text].length < minLength) throw new FieldError(`has at least ${minLength} characters.`)
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(text))
    throw new FieldError('is not written as it must be.')
  return text
}

function lines(items) {
  const parse = (text) => {
    const texts = text.split('\n').filter((line) => line.trim() !== '')
    return texts.map((line) => (items.type === 'string' ? line : parseNumber(line, items)))
  }
  return { input: element('textarea', { rows: 3, placeholder: 'One on each line' }), parse }
}

function parseJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    throw new FieldError('is not valid JSON.')
  }
}

function hintFor({ description = '', type, items }) {
  if (description !== '' || type === 'string' || type === 'integer' || type === 'number') return description
  return type === 'object' || (type === 'array' && items === undefined) ? 'JSON' : ''
}
