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
  });
});
