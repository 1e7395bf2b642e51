package dev.corral.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows what Corral says about a failed start, without a stack trace. */
final class CorralFailureAnalyzer extends AbstractFailureAnalyzer<CorralStartException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, CorralStartException cause) {
    return new FailureAnalysis(
        "Corral cannot start: " + cause.getMessage(),
        "Change the setting, or what the message names. All settings are in Corral's documentation,"
            + " docs/configuration.md; those of the starter are in docs/spring.md.",
        cause);
  }
}
