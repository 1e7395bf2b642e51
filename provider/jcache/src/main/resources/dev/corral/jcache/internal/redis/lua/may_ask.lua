--[[
  Finds out whether the user of the connection may run INFO, without trying it: Redis would list a
  refused command in its ACL log.

  KEYS    any key of the cache manager
  ARGV    none
  Result  {1} if the user may; also before Redis 7.0, which cannot answer
]]
if redis.acl_check_cmd and not redis.acl_check_cmd('info', 'memory') then return {} end
return {1}
