package dev.corral.jcache.internal.codec.keys;

import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.internal.codec.values.AllowList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The canonical text of any key, whatever type the cache declares: equal keys have the same text,
 * in every JVM and for ever, and different keys have different ones.
 *
 * <ul>
 *   <li>a Long is its digits: {@code 42}, {@code -7};
 *   <li>a String is itself, with {@code '} in front if it starts with a digit, {@code -}, {@code '}
 *       or {@code #}: {@code alice}, {@code '42};
 *   <li>all else is {@code #name:text}: {@code #int:42}, {@code #enum:com.shop.Size:LARGE};
 *   <li>what has parts has them in parentheses: {@code #record:com.shop.Sku(#int:3,red)}, {@code
 *       #list:(1,2)}; sets and maps are sorted by text; texts within have {@code \}, {@code (},
 *       {@code )} and {@code ,} escaped by a backslash; the empty string within is {@code '}.
 * </ul>
 *
 * <p>At last percent signs, control characters and lone surrogates are percent-escaped; nothing
 * else is. Lists, sets and maps of any class are taken by the contract of their interface; every
 * other class must be exactly the one that a form is for. Custom codecs go before all forms, except
 * those of Long and String, which stay readable.
 */
public final class KeyCodecs {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private final Map<String, KeyForm> byName = new HashMap<>();
  private final Map<Class<?>, KeyForm> byClass;
  private final List<KeyCodec<?>> custom;
  private final KeyForm array;
  private final KeyForm enums;
  private final KeyForm records;
  private final KeyForm objects;
  private final HibernateKeyForms hibernate;
  private final ClassValue<Optional<KeyForm>> plainForms = forms(/* inHibernate= */ false);
  private final ClassValue<Optional<KeyForm>> hibernateForms = forms(/* inHibernate= */ true);

  /**
   * The built-in forms and custom ones.
   *
   * @param allowList the classes that a decoded key may contain
   * @param loader finds them
   * @throws IllegalArgumentException if the name of a custom codec is malformed or taken
   */
  public KeyCodecs(List<KeyCodec<?>> custom, AllowList allowList, ClassLoader loader) {
    KeyClasses classes = new KeyClasses(loader, allowList);
    this.custom = List.copyOf(custom);
    this.byClass = ScalarKeyForms.byClass();
    this.array = new CompositeKeyForms.ArrayForm(classes);
    this.enums = new CompositeKeyForms.EnumForm(classes);
    this.records = new CompositeKeyForms.RecordForm(classes);
    this.objects = new ObjectKeyForm(classes);
    this.hibernate = new HibernateKeyForms(classes);
    byClass.put(Class.class, new CompositeKeyForms.ClassForm(classes));
    byClass.put(Optional.class, CompositeKeyForms.OPTIONAL);
    byClass.values().forEach(form -> byName.put(form.name(), form));
    for (KeyForm form :
        List.of(
            array,
            enums,
            records,
            objects,
            CompositeKeyForms.LIST,
            CompositeKeyForms.SET,
            CompositeKeyForms.MAP,
            CompositeKeyForms.ENTRY,
            CompositeKeyForms.OBJECTS)) {
      byName.put(form.name(), form);
    }
    hibernate.all().forEach(form -> byName.put(form.name(), form));
    this.custom.forEach(this::addCustom);
  }

  private <K> void addCustom(KeyCodec<K> codec) {
    String name = codec.name();
    if (!NAME.matcher(name).matches() || name.equals("null")) {
      throw new IllegalArgumentException(
          "The name of " + codec.getClass().getName() + " must match " + NAME + ": '" + name + "'");
    }
    if (byName.putIfAbsent(name, KeyForm.leaf(name, codec::encode, codec::decode)) != null) {
      throw new IllegalArgumentException(
          "The name of " + codec.getClass().getName() + " is taken: '" + name + "'");
    }
  }

  /**
   * The text of a key.
   *
   * @throws CacheException if the key, or a part of it, has no canonical form
   */
  public String encode(Object key) {
    if (key instanceof Long number) {
      return Long.toString(number);
    }
    if (key instanceof String string) {
      return KeyText.escape(needsQuote(string) ? "'" + string : string);
    }
    KeyWriter writer = new KeyWriter(this);
    try {
      writer.value(key);
    } catch (StackOverflowError e) {
      throw new CacheException("A key of " + key.getClass() + " contains itself", e);
    } catch (IllegalArgumentException e) {
      throw new CacheException("A key of " + key.getClass() + " has no canonical form", e);
    }
    return KeyText.escape(writer.toString());
  }

  /**
   * Whether the key equals exactly those that have the same text, and nobody can change it. True
   * for the common ones only.
   */
  public boolean isSafeMapKey(Object key) {
    return key instanceof String
        || key instanceof Long
        || (custom.isEmpty() && (key instanceof Integer || key instanceof UUID));
  }

  /**
   * The key of a text.
   *
   * @throws CacheException if the text is not one that {@link #encode} made, or a class of the key
   *     is missing or not allowed
   */
  public Object decode(String text) {
    try {
      Object key = new KeyReader(this, KeyText.unescape(text)).whole();
      if (key == null) {
        throw KeyReader.malformed();
      }
      return key;
    } catch (CacheException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw new CacheException("A stored key cannot be decoded: " + e.getMessage(), e);
    }
  }

  static boolean needsQuote(String string) {
    if (string.isEmpty()) {
      return false;
    }
    char first = string.charAt(0);
    return startsNumber(first) || first == '\'' || first == '#';
  }

  static boolean startsNumber(char first) {
    return first == '-' || (first >= '0' && first <= '9');
  }

  KeyForm formOf(Class<?> type, boolean inHibernate) {
    return (inHibernate ? hibernateForms : plainForms)
        .get(type)
        .orElseThrow(
            () ->
                new CacheException(
                    type.getName()
                        + " has no canonical form as a key: make it a record, or give a KeyCodec by"
                        + " CorralConfiguration.keyCodec or META-INF/services/"
                        + KeyCodec.class.getName()));
  }

  KeyForm formNamed(String name) {
    KeyForm form = byName.get(name);
    if (form == null) {
      throw new IllegalArgumentException("no form or KeyCodec is named '" + name + "'");
    }
    return form;
  }

  private ClassValue<Optional<KeyForm>> forms(boolean inHibernate) {
    return new ClassValue<>() {
      @Override
      protected Optional<KeyForm> computeValue(Class<?> type) {
        KeyForm form = find(type);
        return Optional.ofNullable(
            form == null && inHibernate && ObjectKeyForm.fits(type) ? objects : form);
      }
    };
  }

  private @Nullable KeyForm find(Class<?> type) {
    for (KeyCodec<?> codec : custom) {
      if (codec.handles(type)) {
        return byName.get(codec.name());
      }
    }
    KeyForm exact = byClass.get(type);
    if (exact != null) {
      return exact;
    } else if (Enum.class.isAssignableFrom(type)) {
      return enums;
    } else if (type.isRecord()) {
      return CompositeKeyForms.RecordForm.isTransparent(type) ? records : null;
    } else if (type.isArray()) {
      return CompositeKeyForms.isUntyped(type.getComponentType())
          ? CompositeKeyForms.OBJECTS
          : array;
    }
    KeyForm ofHibernate = hibernate.of(type);
    return ofHibernate != null ? ofHibernate : ofInterface(type);
  }

  private static @Nullable KeyForm ofInterface(Class<?> type) {
    if (List.class.isAssignableFrom(type)) {
      return CompositeKeyForms.LIST;
    } else if (Set.class.isAssignableFrom(type)) {
      return CompositeKeyForms.SET;
    } else if (Map.class.isAssignableFrom(type)) {
      return CompositeKeyForms.MAP;
    } else if (Map.Entry.class.isAssignableFrom(type)) {
      return CompositeKeyForms.ENTRY;
    }
    return null;
  }
}
