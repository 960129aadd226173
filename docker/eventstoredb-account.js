/**
 * Gives the ledger its own account in an EventStoreDB with security switched on. The account may read and append. It
 * may not delete, truncate, change settings or scavenge.
 *
 * LEDGER_STORE holds the account's name and password, as for the ledger. EVENTSTORE_DEFAULT_ADMIN_PASSWORD holds the
 * administrator's password. Run it again at any time, for example to give the account another password.
 */
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 120_000;
const ADMIN = 'admin';

class Refused extends Error {}

function settings(env) {
  const store = env['LEDGER_STORE'] ?? '';
  const parts = /^(esdb(?:\+discover)?:\/\/)([^:@/]+):([^@/]+)@([^/?]+)(.*)$/.exec(store);
  if (parts === null)
    throw new Refused('LEDGER_STORE must be esdb://<account>:<password>@<host>:<port>,…?tls=true&tlsCAFile=<file>.');
  const [, scheme, account, password, hosts, rest] = parts;
  const adminPassword = env['EVENTSTORE_DEFAULT_ADMIN_PASSWORD'];
  if (!adminPassword) throw new Refused('EVENTSTORE_DEFAULT_ADMIN_PASSWORD must hold the password of admin.');
  const parameters = new URL(`http://any/${rest.replace(/^\//, '')}`).searchParams;
  if (parameters.get('tls') === 'false')
    throw new Refused('LEDGER_STORE has tls=false: without TLS an EventStoreDB knows no accounts.');
  const caFile = parameters.get('tlsCAFile');
  return {
    account: decodeURIComponent(account),
    password: decodeURIComponent(password),
    adminPassword,
    hosts: hosts.split(','),
    ca: caFile === null ? undefined : readFileSync(caFile),
    adminStore: `${scheme}${ADMIN}:${encodeURIComponent(adminPassword)}@${hosts}${rest}`,
  };
}

/** Asks the nodes one after the other, until one answers. */
async function ask({ hosts, ca, adminPassword }, path, body) {
  let failure;
  for (const host of hosts)
    try {
      return await new Promise((resolve, reject) => {
        const headers = {
          authorization: `Basic ${Buffer.from(`${ADMIN}:${adminPassword}`).toString('base64')}`,
          'content-type': 'application/json',
        };
        const sent = request(`https://${host}${path}`, { method: 'POST', ca, headers, timeout: 5000 }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        });
        sent.on('timeout', () => sent.destroy(new Error(`${host} does not answer`)));
        sent.on('error', reject);
        sent.end(JSON.stringify(body));
      });
    } catch (error) {
      failure = error;
    }
  throw failure;
}

async function haveAccount(known) {
  const { account, password } = known;
  const created = await ask(known, '/users/', {
    loginName: account,
    fullName: 'The mandate ledger',
    groups: [],
    password,
  });
  if (created === 201) return;
  // So is every request until the nodes have elected a leader.
  if (created === 401)
    throw new Error('EVENTSTORE_DEFAULT_ADMIN_PASSWORD is not the password of admin, or the nodes have no leader yet.');
  if (created !== 409) throw new Error(`making the account was answered with ${created}`);
  const reset = await ask(known, `/users/${encodeURIComponent(account)}/command/reset-password`, {
    newPassword: password,
  });
  if (reset !== 200) throw new Error(`setting the account's password was answered with ${reset}`);
}

/** What holds for every stream that says nothing else. Members of $admins may do everything whatever stands here. */
const defaultAcl = (account) => ({
  $userStreamAcl: { $r: [account], $w: [account], $d: '$admins', $mr: '$admins', $mw: '$admins' },
  $systemStreamAcl: { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' },
});

async function lastOf(client, stream) {
  try {
    for await (const { event } of client.readStream(stream, {
      direction: 'backwards',
      fromRevision: 'end',
      maxCount: 1,
    }))
      return event;
  } catch (error) {
    if (error.type !== 'stream-not-found') throw error;
  }
  return undefined;
}

async function haveRights(client, account) {
  const acl = defaultAcl(account);
  const held = await lastOf(client, '$settings');
  if (JSON.stringify(held?.data) !== JSON.stringify(acl))
    await client.appendToStream('$settings', jsonEvent({ type: 'update-default-acl', data: acl }));
  // $all is a system stream. Following it is how the views are built.
  const { metadata = {} } = await client.getStreamMetadata('$all');
  const wanted = { ...metadata, acl: { ...metadata.acl, readRoles: [account] } };
  if (JSON.stringify(metadata) !== JSON.stringify(wanted)) await client.setStreamMetadata('$all', wanted);
}

async function main() {
  const known = settings(process.env);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const client = EventStoreDBClient.connectionString(known.adminStore);
    try {
      await haveAccount(known);
      await haveRights(client, known.account);
      console.log(`The account ${known.account} is set up. It may read and append, and nothing else.`);
      return;
    } catch (error) {
      if (error instanceof Refused || Date.now() > deadline) throw error;
      console.log(`Not yet: ${error.message}`);
      await sleep(2000);
    } finally {
      client.dispose().catch(() => undefined); // not awaited: on a client that has only read it may never settle
    }
  }
}

try {
  await main();
} catch (error) {
  console.error(`The account was not set up. ${error.message}`);
  process.exitCode = 1;
}
