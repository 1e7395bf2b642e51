package dev.corral.examples.benchmarks;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;

/** What applications cache: a small record. */
record Price(String sku, BigDecimal amount, String currency, Instant since)
    implements Serializable {}
