// Sends deposits to an address whenever its parent asks, and tells how many were answered.
import autocannon from 'autocannon'

const [url, accounts] = process.argv.slice(2)
const requests = Array.from({ length: Number(accounts) }, (_, at) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ account: `account-${at}`, amount: 1 + (at % 7) }),
}))

async function load(seconds) {
  const {
    '2xx': answered,
    non2xx,
    errors,
  } = await autocannon({
    url,
    requests,
    connections: 64,
    duration: seconds,
    sampleInt: 50,
  })
  process.send({ answered, refused: non2xx, errors })
}

process.on('message', ({ seconds }) => void load(seconds))
process.on('disconnect', () => process.exit(0))
