--[[
  What the leader of joint loads does (see join_loads.lua): it takes the keys that others want and
  begins to load them, or has loaded them and gathers again, or ends its lead. Keys beyond the
  maximum are dropped: those that want them load them after this load.

  KEYS    lease, wanted keys
  ARGV    'take': token of the leader, the time in ms that the lease lasts, the maximum number of
          keys, 1 to end the lead if no key is wanted. 'loaded': token, the time. 'end': token
  Result  1 if the caller still leads, else 0; for 'take', the keys follow
]]
local LEASE, WANTED, action, token, millis = KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]
local lease = redis.pcall('GET', LEASE)
local holder, phase = string.match(type(lease) == 'string' and lease or '', '^(%S+) (%d+)$')
if holder ~= token then return {0} end
local actions = {}

local function nextPhase()
  redis.call('SET', LEASE, token .. ' ' .. decimal(tonumber(phase) + 1), 'PX', millis)
end

function actions.take()
  local last = tonumber(ARGV[4]) - 1
  local keys = last >= 0 and redis.call('ZRANGE', WANTED, 0, last) or {}
  redis.call('UNLINK', WANTED)
  if #keys == 0 and ARGV[5] == '1' then
    redis.call('UNLINK', LEASE)
    return {0}
  end
  nextPhase()
  table.insert(keys, 1, 1)
  return keys
end

function actions.loaded()
  nextPhase()
  redis.call('PEXPIRE', WANTED, millis)
  return {1}
end

actions['end'] = function()
  redis.call('UNLINK', LEASE, WANTED)
  return {0}
end

return actions[action]()
