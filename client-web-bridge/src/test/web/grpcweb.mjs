/**
 * In a page: a whole conversation in writing by Google's client, with messages of protobufjs, and three requests that
 * are refused.
 */
export async function holdConversation({ api, url, token, format }) {
  const { protobuf, grpcWeb } = globalThis;
  const root = protobuf.Root.fromJSON(api);
  const service = root.lookupService("sideband.v1.Conversation");
  const metadata = { "x-sideband-page": token };

  const descriptor = (name) => {
    const { path, type, asks, answers } = describe(name);
    return new grpcWeb.MethodDescriptor(
      path,
      type,
      Object,
      Object,
      (message) => asks.encode(asks.fromObject(message)).finish(),
      (bytes) =>
        answers.toObject(answers.decode(bytes), {
          longs: Number,
          enums: String,
          oneofs: true,
        }),
    );
  };
  const describe = (name) => {
    const method = service.methods[name].resolve();
    const { UNARY, SERVER_STREAMING } = grpcWeb.MethodType;
    return {
      path: `/sideband.v1.Conversation/${name}`,
      type: method.responseStream ? SERVER_STREAMING : UNARY,
      asks: method.resolvedRequestType,
      answers: method.resolvedResponseType,
    };
  };
  const client = (format_) =>
    new grpcWeb.GrpcWebClientBase({ format: format_ });
  const ask = (name, request) =>
    client(format).unaryCall(
      url + describe(name).path,
      request,
      metadata,
      descriptor(name),
    );

  /** Follows a conversation to its end. */
  const follow = (conversationId, format_, took) =>
    new Promise((done, failed) => {
      const stream = client(format_).serverStreaming(
        url + describe("Subscribe").path,
        { conversationId, follow: true },
        metadata,
        descriptor("Subscribe"),
      );
      stream.on("error", failed);
      stream.on("end", done);
      stream.on("data", ({ events = [] }) => events.forEach(took));
    });

  /** The code of a refusal, and what its details say. */
  const refusal = async (name, request) => {
    const error = await ask(name, request).then(
      () => {
        throw new Error(`${name} was not refused`);
      },
      (refused) => refused,
    );
    const decode = (type, bytes) => root.lookupType(type).decode(bytes);
    const details = error.metadata["grpc-status-details-bin"];
    const bytes = Uint8Array.from(atob(details), (char) => char.charCodeAt(0));
    const any = decode("google.rpc.Status", bytes).details.find(
      ({ type_url }) => type_url.endsWith("google.rpc.ErrorInfo"),
    );
    const { reason, domain } = decode("google.rpc.ErrorInfo", any.value);
    return { code: error.code, reason, domain };
  };

  const transport = { webSocket: {} };
  const held = { sequences: [], kinds: [], texts: [], refusals: [] };
  held.refusals.push(
    await refusal("Start", { transport, session: { voice: "nobody" } }),
  );
  const { conversationId } = await ask("Start", {
    transport,
    session: { outputModality: 2 },
  });
  const followed = follow(conversationId, format, (event) => {
    held.sequences.push(event.sequence);
    held.kinds.push(event.payload);
    if (event.transcriptCompleted) {
      held.texts.push(event.transcriptCompleted.text);
    }
  });
  // In binary mode that client hands a stream over when it is complete: another one says when it is time to stop.
  const answered = follow(conversationId, "text", (event) => {
    if (event.transcriptCompleted) {
      void ask("Stop", { conversationId });
    }
  });
  const input = { text: { text: "Hello from afar.", respond: true } };
  await ask("Send", { conversationId, input });
  await Promise.all([followed, answered]);
  const unknown = conversationId.replace(/.$/, (last) =>
    last === "0" ? "1" : "0",
  );
  held.refusals.push(
    await refusal("Get", { conversationId: unknown }),
    await refusal("Send", { conversationId, input }),
  );
  return held;
}
