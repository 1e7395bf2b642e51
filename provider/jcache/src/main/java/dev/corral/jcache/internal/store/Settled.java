package dev.corral.jcache.internal.store;

/**
 * An answer of apply.lua that asks nothing more.
 *
 * @param ticket the number under which the change is on the feed, or 0
 */
record Settled(EntryReply reply, long ticket) {

  /** Of a put that nobody has to be told of. */
  static final Settled PUT = new Settled(EntryReply.PUT, 0);
}
