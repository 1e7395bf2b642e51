--[[
  Renews or ends a lease, if it is still the caller's.

  KEYS    lease
  ARGV    token of the caller, time in ms that it lasts from now on; 0 to end it
  Result  1 if the lease was the caller's
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then return redis.call('UNLINK', KEYS[1]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
