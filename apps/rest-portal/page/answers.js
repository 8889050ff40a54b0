// Shows what came back: tables for rows, sentences for refusals, the rest small.
import { curlLine } from './calls.js'
import { plain } from './contracts.js'
import { element, heading } from './elements.js'

/** Units and the like fit beside a name; sentences do not. */
const SHORT = 24

export function answerCard(answer) {
  const { action, status, problem } = answer
  return element(
    'article',
    {
      class: `answer ${problem === undefined ? 'is-done' : isRefusal(status) ? 'is-refused' : 'is-failed'}`,
      'data-answer': action.slug,
      'data-status': status,
      'data-outcome': problem === undefined ? 'done' : isRefusal(status) ? 'refused' : 'failed',
    },
    element('h2', {}, titleOf(answer)),
    problem === undefined ? success(answer) : refusalText(problem),
    smallPrint(answer),
  )
}

/** One line for the list of earlier answers; opens to the whole. */
export function earlierItem(answer) {
  const { action, problem, payload, at } = answer
  const sent = Object.values(payload ?? {}).filter((value) => typeof value !== 'object')
  const outcome = problem?.detail ?? titleOf(answer)
  const summary = element(
    'summary',
    {},
    element('span', { class: problem === undefined ? 'sign' : 'sign is-refused', 'aria-hidden': 'true' }),
    element(
      'span',
      { class: 'what' },
      heading(action.name),
      element('span', { class: 'quiet' }, ` ${sent.join(', ')}`),
    ),
    element('span', { class: 'outcome' }, outcome === heading(action.name) ? '' : outcome),
    element('time', { datetime: at.toISOString() }, at.toLocaleTimeString()),
  )
  return element('li', {}, element('details', {}, summary, answerCard(answer)))
}

function isRefusal(status) {
  return status >= 400 && status < 500
}

function titleOf({ problem, isRepeated, body, action }) {
  if (problem !== undefined) return problem.title ?? 'Failed'
  if (isRepeated) return 'Done already: this is the first answer again'
  if (action.kind === 'command') return 'Done'
  return Array.isArray(body) ? `${body.length} ${body.length === 1 ? 'row' : 'rows'}` : heading(action.name)
}

function success({ body, action }) {
  if (body === undefined) return element('p', { class: 'quiet' }, 'There is nothing to say about it.')
  return show(body, action.response, action.document)
}

function refusalText({ detail = 'Something went wrong.', details }) {
  const problems = (details?.problems ?? []).filter(({ path }) => path !== '')
  const list = element(
    'ul',
    {},
    ...problems.map(({ path, message }) => element('li', {}, element('code', {}, path), ` ${message}`)),
  )
  return element(
    'div',
    { role: 'alert' },
    element('p', { class: 'detail', 'data-detail': true }, detail),
    problems.length > 1 ? list : undefined,
  )
}

function show(value, schema, document) {
  if (Array.isArray(value)) return showList(value, plain(schema?.items, document), document)
  if (typeof value === 'object' && value !== null) return showObject(value, schema, document)
  return showScalar(value, schema)
}

function showObject(object, schema, document) {
  const entries = Object.entries(object).flatMap(([name, value]) => {
    const property = plain(schema?.properties?.[name], document)
    return [
      element('dt', {}, ...nameAndUnit(name, property)),
      element('dd', { 'data-field': name }, show(value, property, document)),
    ]
  })
  return entries.length === 0 ? element('p', { class: 'quiet' }, 'Empty') : element('dl', {}, ...entries)
}

function showList(list, schema, document) {
  if (list.length === 0) return element('p', { class: 'quiet' }, 'None')
  const isTable = list.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row))
  if (!isTable) return element('ul', {}, ...list.map((item) => element('li', {}, show(item, schema, document))))
  const columns = columnsOf(list, schema).map((name) => {
    const property = plain(schema.properties?.[name], document)
    return { name, property, class: list.some((row) => typeof row[name] === 'number') ? 'number' : undefined }
  })
  const head = columns.map((column) =>
    element('th', { scope: 'col', class: column.class }, ...nameAndUnit(column.name, column.property)),
  )
  const rows = list.map((row) =>
    element('tr', {}, ...columns.map((column) => cell(row[column.name], column, document))),
  )
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows))
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Rows' }, table)
}

/** With its column's name, which stands beside it where there is no room for a table. */
function cell(value, { name, property, class: alignment }, document) {
  const attributes = { 'data-field': name, 'data-label': heading(name), class: alignment }
  return value === undefined ? element('td', attributes) : element('td', attributes, show(value, property, document))
}

/** In the schema's order, then whatever else the rows have. */
function columnsOf(rows, schema) {
  const there = new Set(rows.flatMap((row) => Object.keys(row)))
  const named = Object.keys(schema.properties ?? {}).filter((name) => there.has(name))
  return [...new Set([...named, ...there])]
}

function nameAndUnit(name, { description = '' }) {
  const isUnit = description !== '' && description.length <= SHORT
  return [heading(name), ...(isUnit ? [element('small', {}, ` ${description.toLowerCase()}`)] : [])]
}

function showScalar(value, schema) {
  if (value === null) return element('span', { class: 'quiet' }, 'none')
  if (typeof value === 'string' && schema?.format === 'date-time' && !Number.isNaN(Date.parse(value)))
    return element('time', { datetime: value, title: value, class: 'short' }, new Date(value).toLocaleString())
  const text = String(value)
  const classes = [typeof value === 'number' ? 'number' : '', text.length <= SHORT ? 'short' : '']
  return element('span', { class: classes.join(' ').trim() || undefined }, text)
}

function smallPrint({ status, tookMs, position, commandId, problem, request }) {
  const facts = [
    ['Status', status === 0 ? 'none' : `${status}${problem?.code === undefined ? '' : ` ${problem.code}`}`],
    ['Time', `${Math.round(tookMs)} ms`],
    ['Position', position],
    ['Command id', commandId],
    ['Outcome', problem?.outcome === 'none' ? undefined : problem?.outcome],
    ['Correlation id', problem?.correlationId],
  ].filter(([, value]) => value !== undefined)
  const list = facts.map(([name, value]) =>
    element('span', { 'data-fact': name.toLowerCase().replaceAll(' ', '-') }, element('b', {}, name), ` ${value}`),
  )
  return element(
    'footer',
    {},
    element('p', { class: 'facts' }, ...list),
    element(
      'details',
      { class: 'line' },
      element('summary', {}, 'As a command line'),
      element('pre', {}, curlLine(request)),
    ),
  )
}
