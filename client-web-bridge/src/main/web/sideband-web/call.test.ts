import { Code } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SidebandError } from "./failure";
import { Sideband } from "./sideband";

/** A microphone, and what it is asked for. */
class FakeMicrophone {
  isOn = true;
  stop = () => void (this.isOn = false);
  addEventListener = () => undefined;
}

class FakeAudio {
  resume = async () => undefined;
  close = async () => undefined;
  createAnalyser = () => ({});
}

describe("placing a call", () => {
  const sideband = new Sideband({ baseUrl: "http://127.0.0.1:1", iceServers: [] });
  let microphone: FakeMicrophone;

  beforeEach(() => {
    microphone = new FakeMicrophone();
    const getUserMedia = async () => ({ getAudioTracks: () => [microphone] });
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  });
  afterEach(() => void vi.unstubAllGlobals());

  it("should throw what a browser throws as a SidebandError, without its message", async () => {
    vi.stubGlobal(
      "AudioContext",
      class {
        constructor() {
          throw new DOMException("a=candidate: of somebody", "OperationError");
        }
      },
    );
    const failure = await sideband.placeCall().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(SidebandError);
    expect(failure).toMatchObject({
      message: "this browser could not make the call (OperationError)",
      status: Code.Internal,
    });
    expect(microphone.isOn).toBe(false);
  });

  it("should end at once, and let the microphone go, when it was given up while permission was asked for", async () => {
    vi.stubGlobal("AudioContext", FakeAudio);
    vi.stubGlobal("Audio", class {});
    const giving = new AbortController();
    const placing = sideband.placeCall({ signal: giving.signal });
    giving.abort();
    await expect(placing).rejects.toMatchObject({ isCancelled: true });
    expect(microphone.isOn).toBe(false);
  });
});
