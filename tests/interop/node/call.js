// One call of Dfns' API with Dfns' own SDK: node call.js CLIENT METHOD < request
//
// The request (JSON) and the answer (JSON, on standard output) are the SDK's. An error of
// the API is {"status", "message", "details"} with exit status 3. The DFNS_* names are
// those that ceremony-sandbox writes. Modules are found through NODE_PATH.

const { readFileSync } = require('node:fs')
const { DfnsApiClient, DfnsError } = require('@dfns/sdk')
const { AsymmetricKeySigner } = require('@dfns/sdk-keysigner')

async function main() {
  const [client, method] = process.argv.slice(2)
  const api = new DfnsApiClient({
    baseUrl: process.env.DFNS_API_URL,
    authToken: process.env.DFNS_AUTH_TOKEN,
    orgId: process.env.TEST_ORG_ID,
    signer: new AsymmetricKeySigner({
      credId: process.env.DFNS_CRED_ID,
      privateKey: process.env.DFNS_PRIVATE_KEY,
    }),
  })
  const text = readFileSync(0, 'utf8')
  try {
    const answer = await api[client][method](text ? JSON.parse(text) : undefined)
    process.stdout.write(JSON.stringify(answer))
  } catch (error) {
    if (!(error instanceof DfnsError)) throw error
    const details = error.context?.body?.error?.details
    process.stdout.write(
      JSON.stringify({ status: error.httpStatus, message: error.message, details })
    )
    process.exitCode = 3
  }
}

main()
