package dev.corral.spring.tests;

/** A record as a key. */
public record Isbn(String digits) {}
