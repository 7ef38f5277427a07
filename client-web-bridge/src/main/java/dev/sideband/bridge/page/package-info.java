/**
 * The console's files: built by Node into this program's jar, served as they are, but for the page
 * itself, which is told its token. What a browser may do with them is said by {@code PageHeaders}.
 */
@NullMarked
package dev.sideband.bridge.page;

import org.jspecify.annotations.NullMarked;
