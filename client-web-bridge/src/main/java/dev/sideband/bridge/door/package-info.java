/**
 * Who may come in. A bridge on a developer's machine can be reached by every page that this
 * developer's browser shows, so the door knows by which names it is called ({@code OwnNames}),
 * which other sites may call it ({@code Cors}), and its own page by a token ({@code PageToken}).
 *
 * <p>Who somebody is, and what they may do, is the server's business.
 */
@NullMarked
package dev.sideband.bridge.door;

import org.jspecify.annotations.NullMarked;
