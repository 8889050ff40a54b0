/** Prints where the bank is, and commands to try it with. */
export function tellHowToUse(url: string): void {
  const post = (command: string, payload: object): string =>
    `  curl -X POST ${url}/commands/${command} -H 'content-type: application/json' -d '${JSON.stringify(payload)}'`
  console.log(
    [
      `The bank is open: ${url}`,
      '',
      'Try it there in the browser, or here:',
      post('open-account', { account: 'alice', owner: 'Alice' }),
      post('deposit-money', { account: 'alice', amount: 500 }),
      `  curl '${url}/views/account?account=alice'`,
      `  curl ${url}/openapi.json`,
      '',
      'Amounts are cents. Ctrl+C stops the bank; its data stays in ./data.',
    ].join('\n'),
  )
}
