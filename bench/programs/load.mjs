// Sends deposits to an address whenever its parent asks, and tells how many were answered.
import autocannon from 'autocannon'

const [url, accounts] = process.argv.slice(2)
const requests = Array.from({ length: Number(accounts) }, (_, at) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ account: `account-${at}`, amount: 1 + (at % 7) }),
}))

async function load(amount) {
  const {
    '2xx': answered,
    non2xx,
    errors,
  } = await autocannon({
    url,
    requests,
    connections: 64,
    amount,
    // It ends at the next sample.
    sampleInt: 10,
  })
  process.send({ answered, refused: non2xx, errors })
}

process.on('message', ({ amount }) => void load(amount))
process.on('disconnect', () => process.exit(0))
