package dev.corral.spring.tests;

import java.time.LocalDate;

/** A record of records as a key. */
public record Order(Isbn isbn, LocalDate day, Color color) {}
