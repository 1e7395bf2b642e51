package dev.corral.jcache.internal.codec.keys;

import dev.corral.jcache.codec.FieldsKeyCodec;
import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.UserErrors;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
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
 * Converts keys of all supported types to their canonical texts and back. Equal keys have equal
 * texts, in every JVM and for all time; different keys have different texts. Safe for many threads.
 *
 * <ul>
 *   <li>A Long is its digits: {@code 42}, {@code -7}.
 *   <li>A String is itself, after a {@code '} if it starts with a digit, {@code -}, {@code '} or
 *       {@code #}: {@code alice}, {@code '42}.
 *   <li>Other keys are {@code #name:text}: {@code #int:42}, {@code #enum:com.shop.Size:LARGE}.
 *   <li>The parts of a key are in parentheses: {@code #record:com.shop.Sku(#int:3,red)}, {@code
 *       #list:(1,2)}. Sets and maps are sorted by text. Inside parentheses and directly before
 *       them, {@code \}, {@code (}, {@code )} and {@code ,} are escaped by a backslash. The empty
 *       string inside parentheses is {@code '}.
 * </ul>
 *
 * <p>Finally, percent signs, control characters and lone surrogates are percent-encoded, and no
 * other characters. Lists, sets and maps may be of any class, because their interfaces define
 * equality; any other key must be of exactly the class of a form. Custom codecs have precedence
 * over all forms except those of Long and String.
 */
public final class KeyCodecs {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private final Map<String, KeyForm> byName = new HashMap<>();
  private final Map<Class<?>, KeyForm> byClass;
  private final List<KeyCodec<?>> custom;
  private final KeyClasses classes;
  private final KeyForm arrays;
  private final KeyForm enums;
  private final KeyForm records;
  private final KeyForm objects;
  private final HibernateKeyForms hibernate;
  private final SpringKeyForms spring;
  private final KotlinDataForm kotlin;
  private final FieldsKeyForm fields = new FieldsKeyForm();

  /*
   * A class keeps the values of a ClassValue alive, and a class of the JDK lives as long as the JVM.
   * Therefore the values are weak; this object has all forms.
   */
  private final ClassValue<Reference<KeyForm>> forms = forms(/* inHibernate= */ false);
  private final ClassValue<Reference<KeyForm>> hibernateForms = forms(/* inHibernate= */ true);

  /**
   * Codecs with all built-in forms.
   *
   * @param custom codecs of the application
   * @param allowList the classes that a decoded key may contain
   * @param loader loads these classes
   * @throws IllegalArgumentException if the name of a custom codec is malformed or not unique
   */
  public KeyCodecs(List<KeyCodec<?>> custom, AllowList allowList, ClassLoader loader) {
    this.classes = new KeyClasses(loader, allowList);
    this.custom = List.copyOf(custom);
    this.byClass = ScalarKeyForms.byClass();
    this.arrays = CompositeKeyForms.arrayForm(classes);
    this.enums = CompositeKeyForms.enumForm(classes);
    this.records = CompositeKeyForms.recordForm(classes);
    this.objects = ObjectKeyForm.create(classes);
    this.hibernate = new HibernateKeyForms(classes);
    this.spring = new SpringKeyForms(classes);
    this.kotlin = new KotlinDataForm(classes);
    byClass.put(Class.class, CompositeKeyForms.classForm(classes));
    byClass.put(Optional.class, CompositeKeyForms.OPTIONAL);
    byClass.values().forEach(form -> byName.put(form.name(), form));
    for (KeyForm form :
        List.of(
            arrays,
            enums,
            records,
            objects,
            CompositeKeyForms.LIST,
            CompositeKeyForms.SET,
            CompositeKeyForms.MAP,
            CompositeKeyForms.ENTRY,
            CompositeKeyForms.OBJECTS,
            fields,
            kotlin)) {
      byName.put(form.name(), form);
    }
    hibernate.all().forEach(form -> byName.put(form.name(), form));
    spring.all().forEach(form -> byName.put(form.name(), form));
    this.custom.forEach(this::addCustom);
  }

  private <K> void addCustom(KeyCodec<K> codec) {
    if (codec instanceof FieldsKeyCodec<K> ofFields) {
      fields.add(ofFields.type());
      return;
    }
    String name = codec.name();
    if (!NAME.matcher(name).matches() || name.equals("null")) {
      throw new IllegalArgumentException(
          "The name of KeyCodec %s must match %s, and not be null: '%s'"
              .formatted(codec.getClass().getName(), NAME, name));
    }
    if (byName.putIfAbsent(name, KeyForm.leaf(name, codec::encode, codec::decode)) != null) {
      throw new IllegalArgumentException(
          "The name of KeyCodec %s is already the name of another codec or form: '%s'"
              .formatted(codec.getClass().getName(), name));
    }
  }

  /** A text for a message: percent signs and what does not print are escaped as in keys. */
  public static String printable(String text) {
    return KeyText.escape(text);
  }

  /**
   * The text of a key. Never waits for Redis.
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
   * Whether a map may use the key itself in place of its text: the key is immutable, and equal only
   * to keys with the same text. True for common types only.
   */
  public boolean isSafeMapKey(Object key) {
    return key instanceof String
        || key instanceof Long
        || (custom.isEmpty() && (key instanceof Integer || key instanceof UUID));
  }

  /**
   * The key of a text. Never waits for Redis.
   *
   * @throws CacheException if the text is not the canonical text of a key, or a class of the key is
   *     missing, not allowed, or fails, also by an Error
   */
  @SuppressWarnings("CatchingUnchecked")
  public Object decode(String text) {
    try {
      Object key = new KeyReader(this, KeyText.unescape(text)).read();
      if (key == null || !encode(key).equals(text)) {
        throw KeyReader.malformed();
      }
      return key;
    } catch (Throwable e) {
      UserErrors.rethrowFatal(e);
      if (e instanceof CacheException known) {
        throw known;
      }
      throw new CacheException("A stored key cannot be decoded: " + reason(e), e);
    }
  }

  private static String reason(Throwable failure) {
    return failure instanceof IllegalArgumentException && failure.getMessage() != null
        ? failure.getMessage()
        : failure.getClass().getName();
  }

  /** The classes that keys and values may contain. */
  public AllowList allowList() {
    return classes.allowList();
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
    KeyForm form = (inHibernate ? hibernateForms : forms).get(type).get();
    if (form == null) {
      throw new CacheException(KeyRefusals.of(type));
    }
    return form;
  }

  KeyForm formNamed(String name) {
    KeyForm form = byName.get(name);
    if (form == null) {
      throw new IllegalArgumentException("unknown form or KeyCodec '" + name + "'");
    }
    return form;
  }

  private ClassValue<Reference<KeyForm>> forms(boolean inHibernate) {
    return new ClassValue<>() {
      @Override
      protected Reference<KeyForm> computeValue(Class<?> type) {
        KeyForm form = find(type);
        return new WeakReference<>(
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
    } else if (classes.isForeign(type)) {
      throw new CacheException(
          ("%s was loaded by another class loader than that of the cache manager, which has its own"
                  + " class of this name; get the manager with the class loader of the class")
              .formatted(type.getName()));
    } else if (Enum.class.isAssignableFrom(type)) {
      return enums;
    } else if (type.isRecord()) {
      return CompositeKeyForms.hasGeneratedEquals(type) ? records : null;
    } else if (type.isArray()) {
      return CompositeKeyForms.isUntyped(type.getComponentType())
          ? CompositeKeyForms.OBJECTS
          : arrays;
    }
    return ofLibrary(type);
  }

  private @Nullable KeyForm ofLibrary(Class<?> type) {
    KeyForm ofHibernate = hibernate.of(type);
    if (ofHibernate != null) {
      return ofHibernate;
    }
    KeyForm ofSpring = spring.of(type);
    if (ofSpring != null) {
      return ofSpring;
    }
    return KotlinDataForm.fits(type) ? kotlin : ofInterface(type);
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
