--[[
  Reads which entries of one bucket are in the expiry index and past their deadline.

  KEYS    expiry index
  ARGV    how many at most
  Result  their keys
]]
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', decimal(now), 'LIMIT', 0, ARGV[1])
