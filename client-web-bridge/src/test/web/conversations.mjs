// Conversations in writing, held by a client that is no page.

/** Begins one, and leaves it as it is. */
export async function startInWriting(
  client,
  session = {},
  title = "in writing",
) {
  const { conversationId } = await client.rpc.start({
    transport: { kind: { case: "webSocket", value: {} } },
    session: { outputModality: 2, ...session },
    metadata: { title },
  });
  return conversationId;
}

/** Says one text after another, each when the one before is answered, and then ends it or leaves it as it is. */
export async function sayAll(client, conversationId, texts, { ends }) {
  const leaving = new AbortController();
  let answers = 0;
  await client.say(conversationId, texts[0]);
  for await (const { kind, events } of client.follow(
    conversationId,
    0,
    leaving.signal,
  )) {
    for (const { payload } of kind === "events" ? events : []) {
      if (payload.case === "responseCompleted") {
        answers++;
        if (answers < texts.length) {
          await client.say(conversationId, texts[answers]);
        } else if (ends) {
          await client.stop(conversationId);
        } else {
          leaving.abort();
        }
      }
    }
  }
}

/** One that is over. */
export async function textConversation(client, texts, title) {
  const conversationId = await startInWriting(client, {}, title);
  await sayAll(client, conversationId, texts, { ends: true });
  return conversationId;
}

/** The events of one that is over. */
export async function eventsOf(client, conversationId) {
  const all = [];
  const { signal } = new AbortController();
  for await (const update of client.follow(conversationId, 0, signal)) {
    all.push(...(update.kind === "events" ? update.events : []));
  }
  return all;
}
