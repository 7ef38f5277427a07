// The stock OpenAI client with the loopback: a session in text, one in audio, and a call's sideband.
// Usage: NODE_EXTRA_CA_CERTS=cert.pem node stock-client.mjs BASE_URL. Prints one line of JSON with
// what it heard; exit 1 and a reason if anything is amiss.
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';

const client = new OpenAI({ apiKey: 'sk-test', baseURL: process.argv[2], maxRetries: 0 });
const PATIENCE_MS = 15_000;
const OFFER = [
  'v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=sendrecv', 'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2', 'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901',
  'a=setup:actpass', '',
].join('\r\n');

/** Opens a WebSocket by {model} or {callID}, begins, and waits for an event. */
function session(target, begin, until) {
  return new Promise((resolve, reject) => {
    const types = [];
    const realtime = new OpenAIRealtimeWS(target, client);
    const limit = setTimeout(
      () => reject(new Error(`no ${until} within ${PATIENCE_MS} ms; heard ${types}`)), PATIENCE_MS);
    realtime.on('error', reject);
    realtime.on('event', (event) => types.push(event.type));
    realtime.socket.on('open', () => begin(realtime));
    realtime.on(until, (event) => {
      clearTimeout(limit);
      resolve({ types, event, realtime });
    });
  });
}

async function primary(begin) {
  const heard = await session({ model: 'gpt-realtime' }, begin, 'response.done');
  heard.realtime.close();
  return heard;
}

/** A call, its sideband, and its end. */
async function sideband() {
  const created = await client.post('/realtime/calls', {
    body: OFFER, headers: { 'Content-Type': 'application/sdp' },
  }).asResponse();
  const callID = created.headers.get('location').split('/').pop();
  const heard = await session({ callID }, beginSideband, 'response.done');
  const closed = new Promise((resolve) => heard.realtime.socket.on('close', resolve));
  await client.realtime.calls.hangup(callID);
  return { ...heard, close: await closed };
}

function beginText(realtime) {
  realtime.send({
    type: 'session.update',
    session: { type: 'realtime', output_modalities: ['text'] },
  });
  say(realtime, 'hello');
}

function beginSideband(realtime) {
  realtime.send({ type: 'session.update', session: { type: 'realtime' } });
  say(realtime, 'hello');
}

function say(realtime, text) {
  realtime.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  });
  realtime.send({ type: 'response.create' });
}

function tone(milliseconds, amplitude) {
  const pcm = Buffer.alloc(milliseconds * 48);
  for (let i = 0; i < pcm.length / 2; i++) {
    pcm.writeInt16LE(Math.round(amplitude * Math.sin((2 * Math.PI * 300 * i) / 24_000)), 2 * i);
  }
  return pcm.toString('base64');
}

function beginAudio(realtime) {
  realtime.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      audio: { input: { transcription: { model: 'whisper-1' } } },
    },
  });
  realtime.send({ type: 'input_audio_buffer.append', audio: tone(1_000, 10_000) });
  realtime.send({ type: 'input_audio_buffer.append', audio: tone(600, 0) });
}

try {
  const text = await primary(beginText);
  const audio = await primary(beginAudio);
  const call = await sideband();
  console.log(JSON.stringify({
    text: text.event.response.output[0].content[0].text,
    audio: audio.event.response.output[0].content[0].transcript,
    audioTypes: audio.types,
    sideband: call.event.response.output[0].content[0].transcript,
    sidebandTypes: call.types,
    sidebandClose: call.close,
  }));
} catch (failure) {
  console.error(`stock client: ${failure.message}`);
  process.exitCode = 1;
}
