package dev.corral.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches unless {@code spring.cache.type} selects another kind of cache than JCache. */
final class OnCacheType extends SpringBootCondition {

  private static final String PROPERTY = "spring.cache.type";

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    String type = context.getEnvironment().getProperty(PROPERTY);
    boolean matches = type == null || type.isBlank() || type.equalsIgnoreCase("jcache");
    return new ConditionOutcome(
        matches,
        ConditionMessage.forCondition("Corral")
            .because(PROPERTY + " is " + (type == null ? "not set" : type)));
  }
}
