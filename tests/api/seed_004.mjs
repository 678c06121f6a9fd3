// A client that does what seed 004 shows, word for word where it is code: fetch with X-API-Key, the same fields, the same
// looks into `error`, the same switch over the status. Nothing but Node is needed; the suite starts it against the
// running program and says where that is in the environment.
import assert from 'node:assert/strict';
import test from 'node:test';

const { MUSTER_URL: home, MUSTER_KEY, MUSTER_KEY_FREE, MUSTER_KEY_LIMITED } = process.env;

function invite(key, inviteData) {
  const headers = { 'Content-Type': 'application/json' };
  if (key) headers['X-API-Key'] = key;
  return fetch(`${home}/api/team-members/invite`, { method: 'POST', headers, body: JSON.stringify(inviteData) });
}

// What the seed's first example prints, as a list.
async function example(key, email) {
  const said = [];
  const response = await invite(key, { email, role: 'member' });
  const result = await response.json();
  if (result.success) {
    said.push('Invitation sent successfully', result.data.id, result.data.token, result.data.expires_at, result.emailSent);
  } else {
    said.push('Failed to send invitation');
    if (result.error.includes('existing users')) {
      said.push('Cannot invite users who already have accounts');
    }
    if (result.error.includes('Pro or Business plan')) {
      said.push('Upgrade plan required for team features');
    }
  }
  return said;
}

// What the seed's second example prints.
async function trouble(key, inviteData) {
  const response = await invite(key, inviteData);
  const result = await response.json();
  if (response.ok) return 'fine';
  assert.equal(typeof result.error, 'string');
  assert.equal(result.success, false);
  switch (response.status) {
    case 401:
      return 'Unauthorized - check API key';
    case 403:
      return 'Insufficient permissions';
    case 409:
      return 'Conflict - user already exists';
    case 400:
      return 'Bad request';
    default:
      return `Unexpected error: ${response.status} ${result.error}`;
  }
}

test('an invitation has an id, a token, an end and a mail', async () => {
  const [first, id, token, ends, emailSent] = await example(MUSTER_KEY, 'newmember@example.com');
  assert.equal(first, 'Invitation sent successfully');
  assert.match(id, /^[0-9A-Z]{26}$/);
  assert.match(token, /^[A-Za-z0-9_-]{43}$/);
  assert.ok(Date.parse(ends) > 0);
  assert.equal(emailSent, true);
});

test('people with an account are told apart by the words of the error', async () => {
  const said = await example(MUSTER_KEY, 'known@example.org');
  assert.deepEqual(said, ['Failed to send invitation', 'Cannot invite users who already have accounts']);
});

test('a team without a plan is told apart by the words of the error', async () => {
  const said = await example(MUSTER_KEY_FREE, 'newmember@example.com');
  assert.deepEqual(said, ['Failed to send invitation', 'Upgrade plan required for team features']);
});

test('the status says what is wrong', async () => {
  const good = { email: 'other@example.com', role: 'member' };
  assert.equal(await trouble(undefined, good), 'Unauthorized - check API key');
  assert.equal(await trouble('your-api-key', good), 'Unauthorized - check API key');
  assert.equal(await trouble(MUSTER_KEY_LIMITED, good), 'Insufficient permissions');
  assert.equal(await trouble(MUSTER_KEY, { ...good, role: 'owner' }), 'Insufficient permissions');
  assert.equal(await trouble(MUSTER_KEY, { ...good, email: 'known@example.org' }), 'Conflict - user already exists');
  assert.equal(await trouble(MUSTER_KEY, { ...good, email: 'not an address' }), 'Bad request');
  assert.equal(await trouble(MUSTER_KEY, good), 'fine');
});
