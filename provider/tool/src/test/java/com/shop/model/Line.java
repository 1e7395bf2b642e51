package com.shop.model;

/** A record with a record, an enum and an array of records. */
@SuppressWarnings("ArrayRecordComponent")
public record Line(String sku, int count, Size size, Address from, Address[] stops) {}
