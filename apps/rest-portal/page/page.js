import { answerCard, earlierItem } from './answers.js'
import { call, Submission } from './calls.js'
import { loadContracts } from './contracts.js'
import { element, heading } from './elements.js'
import { payloadFields } from './fields.js'

const MOST_EARLIER = 20
const HEALTH_EVERY_MS = 15_000

const place = (id) => document.getElementById(id)

/** Field → what was typed last, offered again wherever a field has that name. */
const remembered = new Map()
let services = []
let last

await look()
addEventListener('hashchange', showChosen)
void watchHealth()

async function look() {
  try {
    const contracts = await loadContracts()
    services = contracts.services
    document.title = `${contracts.title} · micro`
    place('title').textContent = contracts.title
    place('version').textContent = contracts.version
    showMenu()
    showChosen()
  } catch (error) {
    place('form').replaceChildren(
      notice(`What can be called is not known: ${error.message}`),
      element('button', { type: 'button', click: look }, 'Try again'),
    )
  }
}

function showMenu() {
  place('actions').replaceChildren(
    ...services.map(({ name, actions }) =>
      element(
        'section',
        { 'data-service': name },
        services.length > 1 ? element('h2', {}, heading(name)) : undefined,
        ...menuGroup('Commands', actions, 'command'),
        ...menuGroup('Views', actions, 'view'),
      ),
    ),
  )
}

function menuGroup(title, actions, kind) {
  const links = actions
    .filter((action) => action.kind === kind)
    .map(({ id, slug, name }) =>
      element('li', {}, element('a', { href: `#${id}`, 'data-action': slug }, heading(name))),
    )
  return links.length === 0 ? [] : [element('h3', { class: kind }, title), element('ul', {}, ...links)]
}

/** The action that the address names, or the first one. */
function chosen() {
  const all = services.flatMap(({ actions }) => actions)
  const sorted = [...all.filter(({ kind }) => kind === 'command'), ...all]
  return all.find(({ id }) => `#${id}` === decodeURI(location.hash)) ?? sorted[0]
}

function showChosen() {
  putAwayAnswer()
  const action = chosen()
  for (const link of place('actions').querySelectorAll('a'))
    if (link.getAttribute('href') === `#${action?.id}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  if (action === undefined) place('form').replaceChildren(notice('No running service has a command or view.'))
  else place('form').replaceChildren(actionForm(action))
}

function actionForm(action) {
  const fields = payloadFields(action, remembered)
  const submission = new Submission()
  const label = action.kind === 'command' ? heading(action.name) : `Show ${action.name}`
  const button = element('button', { type: 'submit' }, label)
  let isUnderWay = false
  const submit = async (event) => {
    event.preventDefault()
    if (isUnderWay) return
    const { ok, payload } = fields.read()
    if (!ok) {
      putAwayAnswer()
      return
    }
    isUnderWay = true
    button.setAttribute('aria-busy', 'true')
    const answer = await call(action, payload, submission)
    isUnderWay = false
    button.removeAttribute('aria-busy')
    fields.showProblems(answer.problem?.details?.problems ?? [])
    showAnswer(answer)
  }
  return element(
    'form',
    {
      class: 'card',
      novalidate: true,
      autocomplete: 'off',
      'data-action': action.slug,
      'data-service': action.service,
      'data-kind': action.kind,
      'aria-labelledby': 'form-title',
      submit,
      input: () => submission.changed(),
    },
    element(
      'p',
      { class: `kind ${action.kind}` },
      services.length > 1 ? `${heading(action.kind)} of ${action.service}` : heading(action.kind),
    ),
    element('h1', { id: 'form-title' }, heading(action.name)),
    action.description === undefined ? undefined : element('p', { class: 'description' }, action.description),
    element('div', { class: 'fields' }, ...fields.elements),
    element(
      'p',
      { class: 'buttons' },
      button,
      element('code', { class: 'address' }, `${action.isQuery ? 'GET' : 'POST'} ${action.path}`),
    ),
  )
}

function showAnswer(answer) {
  putAwayAnswer()
  last = answer
  const card = answerCard(answer)
  place('answer').replaceChildren(card)
  card.scrollIntoView({ block: 'nearest' })
}

/** An answer stands below the form that it answers, and nowhere else. */
function putAwayAnswer() {
  place('answer').replaceChildren()
  if (last === undefined) return
  const list = place('earlier').querySelector('ol')
  list.prepend(earlierItem(last))
  while (list.children.length > MOST_EARLIER) list.lastElementChild.remove()
  place('earlier').hidden = false
  last = undefined
}

function notice(text) {
  return element('p', { class: 'notice', role: 'alert' }, text)
}

async function watchHealth() {
  const isReady = await fetch('/health/ready').then(
    (response) => response.ok,
    () => false,
  )
  place('health').textContent = isReady ? 'Ready' : 'Not ready'
  place('health').dataset['ready'] = String(isReady)
  setTimeout(() => void watchHealth(), HEALTH_EVERY_MS)
}
