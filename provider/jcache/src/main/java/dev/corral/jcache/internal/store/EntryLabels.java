package dev.corral.jcache.internal.store;

import java.util.List;

/**
 * What a value gets besides its bytes and its time to live, in its stored form.
 *
 * @param tags one after the other, see tags.lua; empty for none
 * @param details see envelope.lua; empty for none
 */
record EntryLabels(byte[] tags, byte[] details) {

  private static final byte[] NO_BYTES = {};

  static final EntryLabels NONE = new EntryLabels(NO_BYTES, NO_BYTES);

  int size() {
    return tags.length + details.length;
  }

  void appendTo(List<Object> arguments) {
    arguments.add(tags);
    arguments.add(details);
  }
}
