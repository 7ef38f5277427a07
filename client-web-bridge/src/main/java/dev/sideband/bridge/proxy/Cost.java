package dev.sideband.bridge.proxy;

/**
 * What calls cost in direct memory, at most, when nobody reads what is said to them.
 *
 * <p>One call: what the server may say before it must wait ({@link #SERVER_WINDOW}); the one
 * message that is on its way out, 64 KiB as the server makes them, a third more in base64, and once
 * more when it is encrypted: 128 KiB ({@link #MESSAGE}); what the caller may say before it must
 * wait ({@link #CALLER_WINDOW}). That makes 256 KiB. Pools, which take more from the system than
 * they give away, threads' caches and connections that nobody calls on have a fixed share ({@link
 * #FIXED}).
 *
 * <p>Not in it, since they take no direct memory: what the kernel holds for a browser's socket,
 * twice {@link #BROWSER_SOCKET}, and some 20 KiB of heap for each call. Nor an event of more than
 * 64 KiB, which the server sends whole, nor a request that is being said slowly, up to {@link
 * Proxy#MAX_MESSAGE_BYTES}: there is room for some of either.
 */
public final class Cost {
  private static final int KIB = 1024;

  /**
   * A fixed one: gRPC's own estimate of what a connection can carry grows to megabytes for each
   * slow caller.
   */
  static final int SERVER_WINDOW = 64 * KIB;

  private static final int MESSAGE = 128 * KIB;

  /** Of HTTP/2, for each of its streams. */
  public static final int CALLER_WINDOW = 64 * KIB;

  /** Of a browser's socket: the kernel's own guess grows to megabytes for each slow one. */
  public static final int BROWSER_SOCKET = 64 * KIB;

  private static final long FIXED = 64L * KIB * KIB;
  private static final long CALL = SERVER_WINDOW + MESSAGE + CALLER_WINDOW;

  private Cost() {}

  /** How many calls there is room for in so many bytes of direct memory; at least some. */
  public static int callsIn(long directBytes) {
    long calls = (directBytes - FIXED) / CALL;
    return (int) Math.max(16, Math.min(calls, 1_000_000));
  }
}
