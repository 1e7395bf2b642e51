--[[
  Reads the version of the server.

  KEYS    any key of its own
  ARGV    none
  Result  major, minor and patch in a byte each, as one number; 0 before 7.0, where it is unknown
]]
return redis.REDIS_VERSION_NUM or 0
