package dev.sideband.bridge.proxy;

/**
 * What calls cost in direct memory and on the heap, at most, when nobody reads what is said to
 * them.
 *
 * <p>One call: what the server may say before it must wait ({@link #SERVER_WINDOW}), and what was
 * read together with that ({@link #READ_TOGETHER}); the socket's copy of the one message that is on
 * its way out, 64 KiB as the server makes them, a third more in base64, rounded up by the pool
 * ({@link #MESSAGE}); what the caller may say before it must wait ({@link #CALLER_WINDOW}). That
 * makes 256 KiB. Pools, threads' caches and connections that nobody calls on have a fixed share
 * ({@link #FIXED}). As measured, without TLS: 2,048 pages that do not read took 533 MB of the 604
 * MB that they are allowed.
 *
 * <p>On the heap, the message itself and the call: some 90 KiB ({@link #CALL_HEAP}), beside what
 * the program takes without calls ({@link #FIXED_HEAP}). There is room for as many as fit in both.
 *
 * <p>Not in the sums, since it takes neither: what the kernel holds for a browser's socket, twice
 * {@link #BROWSER_SOCKET}. Nor an event of more than 64 KiB, which the server sends whole, nor a
 * single message that is being said slowly, up to {@link Proxy#MAX_MESSAGE_BYTES}: its call is one
 * of those that are counted, and there is room for some of either.
 */
public final class Cost {
  private static final int KIB = 1024;

  /**
   * A fixed one: gRPC's own estimate of what a connection can carry grows to megabytes for each
   * slow caller.
   */
  static final int SERVER_WINDOW = 64 * KIB;

  private static final int READ_TOGETHER = 32 * KIB;
  private static final int MESSAGE = 96 * KIB;

  /** Of HTTP/2, for each of its streams. */
  public static final int CALLER_WINDOW = 64 * KIB;

  /** Of a browser's socket: the kernel's own guess grows to megabytes for each slow one. */
  public static final int BROWSER_SOCKET = 64 * KIB;

  private static final long FIXED = 64L * KIB * KIB;
  private static final long CALL = SERVER_WINDOW + READ_TOGETHER + MESSAGE + CALLER_WINDOW;

  private static final long FIXED_HEAP = 128L * KIB * KIB;
  private static final long CALL_HEAP = 96 * KIB;

  private Cost() {}

  /** How many calls there is room for in so many bytes of both memories; at least some. */
  public static int callsIn(long directBytes, long heapBytes) {
    long calls = Math.min((directBytes - FIXED) / CALL, (heapBytes - FIXED_HEAP) / CALL_HEAP);
    return (int) Math.max(16, Math.min(calls, 1_000_000));
  }
}
