package com.shop.model;

/** An enum. */
public enum Size {
  SMALL,
  LARGE
}
