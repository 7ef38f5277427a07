// A text conversation over gRPC: start it, follow its events, say something, stop.
//   npm install && node talk.js
const path = require("path");
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const proto = path.join(__dirname, "../../../proto/src/main/proto");
const google = path.join(path.dirname(require.resolve("google-proto-files/package.json")));
const { sideband } = grpc.loadPackageDefinition(
  loader.loadSync("sideband/v1/conversation.proto", {
    includeDirs: [proto, google],
    keepCase: true,
    longs: Number,
    enums: String,
    oneofs: true,
  }),
);
const server = process.env.SIDEBAND_SERVER || "127.0.0.1:50051";
const client = new sideband.v1.Conversation(server, grpc.credentials.createInsecure());
const call = (method, request) =>
  new Promise((done, failed) => client[method](request, (error, reply) => (error ? failed(error) : done(reply))));

async function main() {
  const { conversation_id } = await call("Start", {
    transport: { web_socket: {} }, // no microphone: text, or audio over gRPC
    session: { output_modality: "OUTPUT_TEXT" },
  });
  const stream = client.Subscribe({ conversation_id, follow: true });
  stream.on("data", ({ events = [] }) => {
    // A message without events brings a notice: caught up, or still alive.
    for (const event of events) {
      console.log(String(event.sequence).padStart(3), event.payload);
      if (event.transcript_completed) {
        console.log(`    ${event.transcript_completed.role}: ${event.transcript_completed.text}`);
      }
      if (event.response_completed) {
        call("Stop", { conversation_id }).catch(console.error);
      }
    }
  });
  stream.on("error", (error) => console.error(error.details));
  stream.on("end", () => client.close());
  await call("Send", { conversation_id, input: { text: { text: "Hello from Node.", respond: true } } });
}

main().catch((error) => {
  console.error(error.details || error);
  process.exitCode = 1;
});
