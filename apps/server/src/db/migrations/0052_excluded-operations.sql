-- What somebody left out of a plan before it was applied: `excluded`.
alter table app_plan_operations drop constraint app_plan_operations_state_check;
alter table app_plan_operations add constraint app_plan_operations_state_check
  check (state in ('planned', 'changed', 'applied', 'excluded'));
