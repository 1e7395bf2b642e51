package dev.corral.jcache.tck;

import dev.corral.jcache.codec.KeyCodec;
import domain.Identifier;

/**
 * The key codec for the only key class of the TCK that is neither a value type of the JDK nor a
 * record. A user of Corral writes such a codec for a key class of this kind.
 */
public final class IdentifierCodec implements KeyCodec<Identifier> {

  @Override
  public String name() {
    return "identifier";
  }

  @Override
  public boolean handles(Class<?> type) {
    return type == Identifier.class;
  }

  @Override
  public String encode(Identifier key) {
    return key.toString();
  }

  @Override
  public Identifier decode(String text) {
    return new Identifier(text);
  }
}
