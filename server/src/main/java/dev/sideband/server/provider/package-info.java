/**
 * What a realtime provider must do, whoever it is.
 *
 * <p>{@link dev.sideband.server.provider.RealtimeProvider} creates calls, joins their sidebands and
 * hangs them up. A {@link dev.sideband.server.provider.Sideband} takes typed {@link
 * dev.sideband.server.provider.ProviderCommand}s; its {@link
 * dev.sideband.server.provider.SidebandListener} hears typed events. Retrying, order of inputs and
 * what an error means for the conversation are the session's business: a provider makes one attempt
 * at what it is asked, and says precisely how it failed.
 *
 * <p><b>Threads.</b> No method waits. Callbacks come on the provider's own threads; their first
 * line hops to the owner's.
 *
 * <p>This room must not know the log, the session, JSON or any library: adapters live below it.
 */
@NullMarked
package dev.sideband.server.provider;

import org.jspecify.annotations.NullMarked;
