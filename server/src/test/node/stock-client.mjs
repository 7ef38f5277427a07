// Two sessions of the stock OpenAI client with the loopback: one in text, one in audio.
// Usage: node stock-client.mjs BASE_URL. Prints one line of JSON with what it heard; exit 1 and a
// reason if anything is amiss.
import net from 'node:net';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';

const client = new OpenAI({ apiKey: 'sk-test', baseURL: process.argv[2] });
// The client always says wss; the loopback speaks plain TCP.
const createConnection = ({ host, port }) => net.connect({ host, port });
const PATIENCE_MS = 15_000;

function session(begin, until) {
  return new Promise((resolve, reject) => {
    const types = [];
    const realtime = new OpenAIRealtimeWS(
      { model: 'gpt-realtime', options: { createConnection } }, client);
    const limit = setTimeout(
      () => reject(new Error(`no ${until} within ${PATIENCE_MS} ms; heard ${types}`)), PATIENCE_MS);
    realtime.on('error', reject);
    realtime.on('event', (event) => types.push(event.type));
    realtime.on('session.created', () => begin(realtime));
    realtime.on(until, (event) => {
      clearTimeout(limit);
      realtime.close();
      resolve({ types, event });
    });
  });
}

function beginText(realtime) {
  realtime.send({
    type: 'session.update',
    session: { type: 'realtime', output_modalities: ['text'] },
  });
  realtime.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] },
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
  const text = await session(beginText, 'response.done');
  const audio = await session(beginAudio, 'response.done');
  console.log(JSON.stringify({
    text: text.event.response.output[0].content[0].text,
    audio: audio.event.response.output[0].content[0].transcript,
    audioTypes: audio.types,
  }));
} catch (failure) {
  console.error(`stock client: ${failure.message}`);
  process.exitCode = 1;
}
