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
 * ({@link #FIXED}).
 *
 * <p>On the heap, the message itself, one of the caller's, and the call with its connection ({@link
 * #CALL_HEAP}), beside what the program takes without calls ({@link #FIXED_HEAP}). There is room
 * for as many as fit in both.
 *
 * <p>As measured with 2,048 pages that read nothing, and messages of 64 KiB, in MB of the 604 that
 * they are allowed directly, and of the 403 of the heap after a collection:
 *
 * <ul>
 *   <li>gRPC-Web in base64: 577 and 184 by HTTP/1.1, 522 and 209 by HTTP/1.1 over TLS, 574 and 210
 *       by HTTP/2 over TLS;
 *   <li>the same by HTTP/2 over TLS, with windows so wide that it is their sockets that are full:
 *       512 and 214, and 400 and 183 with a hundred of them on each connection;
 *   <li>gRPC-Web in binary by HTTP/2 over TLS: 485 and 213;
 *   <li>gRPC by HTTP/2 over TLS, when they also say all that they may, and the server does not
 *       listen: 500 and 248.
 * </ul>
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
  private static final long CALL_HEAP = 112 * KIB;

  private Cost() {}

  /** How many calls there is room for in so many bytes of both memories; at least some. */
  public static int callsIn(long directBytes, long heapBytes) {
    long calls = Math.min((directBytes - FIXED) / CALL, (heapBytes - FIXED_HEAP) / CALL_HEAP);
    return (int) Math.max(16, Math.min(calls, 1_000_000));
  }
}
