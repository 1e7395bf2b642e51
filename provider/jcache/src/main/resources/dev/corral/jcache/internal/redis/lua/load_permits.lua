--[[
  The budget of the loads of one cache in the cluster: how many run at a time, and how many begin in
  a second. A permit lasts until it is returned, or until it expires because its JVM is gone. The
  begins have equal distances (the generic cell rate algorithm): 'next' is when the next one is.

  KEYS    permits (a sorted set: token → when it expires in ms), next (in µs)
  ARGV    'take': token, the time in ms that a permit lasts, the maximum number of loads at a time,
          the distance of two begins in µs, the maximum wait for the begin in ms, and a wait that
          no caller has; 0 is no limit for the two numbers. 'renew': the time in ms, then tokens.
          'return': tokens
  Result  take: how long in ms the load has to wait for its begin; -1 if no permit is free, -2 if
          the wait would be longer than the maximum. Else: how many of the permits existed
]]
local PERMITS, NEXT, action = KEYS[1], KEYS[2], ARGV[1]
local actions = {}

local function addPermit(token, millis)
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', PERMITS, '-inf', decimal(now))) do
    redis.call('ZREM', PERMITS, gone)
  end
  redis.call('ZADD', PERMITS, decimal(now + millis), token)
  redis.call('PEXPIRE', PERMITS, decimal(millis))
end

function actions.take(token, millis, loads, distance, longest, longestOfAny)
  local max, apart, wait = tonumber(loads), tonumber(distance), 0
  local latest = now + tonumber(millis) + tonumber(longestOfAny) -- beyond, the clock was set back
  if max > 0 and redis.call('ZCOUNT', PERMITS, decimal(now), decimal(latest)) >= max then
    return -1
  end
  if apart > 0 then
    local begin = math.max(numberAt(NEXT) or 0, nowMicros)
    if begin > nowMicros + tonumber(longestOfAny) * 1000 + apart then
      begin = nowMicros -- no caller waits until then, so the clock was set back
    end
    wait = math.ceil((begin - nowMicros) / 1000)
    if wait > tonumber(longest) then return -2 end
    local kept = wait + math.ceil(apart / 1000) + 1
    redis.call('SET', NEXT, decimal(begin + apart), 'PX', decimal(kept))
  end
  if max > 0 then addPermit(token, tonumber(millis) + wait) end
  return wait
end

function actions.renew(millis, ...)
  local count = 0
  for _, token in ipairs({...}) do
    if redis.call('ZSCORE', PERMITS, token) then
      redis.call('ZADD', PERMITS, decimal(now + tonumber(millis)), token)
      count = count + 1
    end
  end
  if count > 0 then redis.call('PEXPIRE', PERMITS, millis) end
  return count
end

actions['return'] = function(...)
  local count = 0
  for _, token in ipairs({...}) do
    count = count + redis.call('ZREM', PERMITS, token)
  end
  return count
end

return actions[action](unpack(ARGV, 2))
