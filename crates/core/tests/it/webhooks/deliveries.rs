//! What becomes of a message, and when it turns its webhook off.

use super::*;

both_dbs! {
    async fn a_message_is_tried_ten_times_with_growing_pauses(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let one = probe(&world, ada, team, id).await.unwrap();
        for pause in PAUSES {
            assert_eq!(answer(&world, one, Some(500)).await, Fate::RetryAt(world.env.now() + pause));
            assert!(matches!(begin(&world, one).await, Start::NotBefore(at) if at == world.env.now() + pause));
            world.env.clock().advance(pause.to_std().unwrap());
        }
        assert_eq!(answer(&world, one, None).await, Fate::Ended);
        assert!(matches!(begin(&world, one).await, Start::Settled));
        let (failed, tries) = act(&world, ada, team, async |tx, grant| delivery::get(tx, grant, id, one).await).await.unwrap();
        assert_eq!((failed.status, failed.attempts, failed.code), (Status::Failed, 10, None));
        assert_eq!(tries.iter().map(|one| one.number).collect::<Vec<_>>(), (1..=10).rev().collect::<Vec<_>>());
        assert_eq!((tries[9].code, tries[9].answer.as_str(), tries[9].took_ms), (Some(500), "said", 12));
        // Asked for again, it is tried as often as a new one, under the same id.
        let before = act(&world, ada, team, async |tx, grant| delivery::again(tx, &world.env, grant, id, one).await).await.unwrap();
        assert_eq!((before.status, before.id), (Status::Waiting, one));
        assert_eq!(message(&world, one).await.id, format!("msg_{one}"));
        assert_eq!(answer(&world, one, Some(503)).await, Fate::RetryAt(world.env.now() + PAUSES[0]));
        world.env.clock().advance(Duration::from_secs(5));
        assert_eq!(answer(&world, one, Some(204)).await, Fate::Delivered);
        assert_eq!(get(&world, ada, team, id).await.failing_since, None);
        assert_eq!(deliveries(&world, ada, team, id).await[0].attempts, 12);
    }

    async fn what_comes_late_is_left_out(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let one = probe(&world, ada, team, id).await.unwrap();
        // Two processes send it, because one was thought dead.
        let (first, second) = (message(&world, one).await, message(&world, one).await);
        assert_eq!((&first.id, &first.body), (&second.id, &second.body));
        assert_eq!(record(&world, &first, &heard(Some(200), "")).await, Fate::Delivered);
        assert_eq!(record(&world, &second, &heard(Some(500), "")).await, Fate::Overtaken);
        assert_eq!(deliveries(&world, ada, team, id).await[0].status, Status::Delivered);
        let other = probe(&world, ada, team, id).await.unwrap();
        let last = message(&world, other).await;
        act(&world, ada, team, async |tx, grant| webhook::delete(tx, &world.env, grant, id).await).await.unwrap();
        assert_eq!(record(&world, &last, &heard(Some(500), "")).await, Fate::Overtaken);
    }

    async fn answers_are_kept_short_and_readable(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let one = probe(&world, ada, team, id).await.unwrap();
        let message = message(&world, one).await;
        let text = format!("a\0b\n<script>{}", "ü".repeat(500));
        record(&world, &message, &heard(Some(500), &text)).await;
        let answer = deliveries(&world, ada, team, id).await[0].answer.clone().unwrap();
        assert!(answer.starts_with("a b <script>ü") && answer.chars().count() == 200, "{answer}");
    }

    async fn gone_turns_it_off_at_once_and_its_maker_hears_of_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.verify(ada.account, "ada@example.org").await;
        let id = make(&world, ada, team, None).await;
        let (one, two) = (probe(&world, ada, team, id).await.unwrap(), probe(&world, ada, team, id).await.unwrap());
        assert_eq!(answer(&world, one, Some(410)).await, Fate::Stopped);
        let stopped = get(&world, ada, team, id).await;
        assert_eq!((stopped.off_why, stopped.off_at), (Some(Why::Gone), Some(world.env.now())));
        assert!(matches!(begin(&world, two).await, Start::Settled), "what waits is not sent");
        let log = world.log(team).await;
        assert_eq!((log[0].kind, log[0].subject.as_str(), log[0].actor_id), (Kind::WebhookStopped, "hooks.example.org", None));
        assert_eq!(jobs(&world, "notify_alert:%").await, 1);
        assert_eq!(probe(&world, ada, team, id).await.unwrap_err().code(), "WEBHOOK-OFF");
        let again = act(&world, ada, team, async |tx, grant| delivery::again(tx, &world.env, grant, id, two).await).await;
        assert_eq!(again.unwrap_err().code(), "WEBHOOK-OFF");
        // Turned on, it gets what happens from then on.
        world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        act(&world, ada, team, async |tx, grant| webhook::turn(tx, &world.env, grant, id, true).await).await.unwrap();
        world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        fan_out(&world, team).await;
        assert_eq!(kinds(&world, ada, team, id).await, ["webhook.test", "webhook.test", "invitation.sent"]);
    }

    async fn five_days_of_nothing_but_failures_turn_it_off(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let id = make(&world, bo, team, None).await;
        let fail = async || {
            let one = probe(&world, ada, team, id).await.unwrap();
            let fate = answer(&world, one, Some(500)).await;
            // The rest of its tries is not what this is about.
            let mut tx = world.db.write().await.unwrap();
            delivery::forget(&mut tx, &world.env, one).await.unwrap();
            tx.commit().await.unwrap();
            fate
        };
        let day = Duration::from_hours(24);
        assert!(matches!(fail().await, Fate::RetryAt(_)));
        world.env.clock().advance(day * 4);
        let one = probe(&world, ada, team, id).await.unwrap();
        assert_eq!(answer(&world, one, Some(200)).await, Fate::Delivered, "one that is taken begins the count anew");
        world.env.clock().advance(day * 2);
        let since = world.env.now();
        assert!(matches!(fail().await, Fate::RetryAt(_)));
        assert_eq!(get(&world, ada, team, id).await.failing_since, Some(since));
        world.env.clock().advance((day * 5).saturating_sub(Duration::from_secs(1)));
        assert!(matches!(fail().await, Fate::RetryAt(_)));
        world.end(ada, team, bo.account, End::Remove).await.unwrap();
        world.env.clock().advance(Duration::from_secs(1));
        assert_eq!(fail().await, Fate::Stopped);
        assert_eq!(get(&world, ada, team, id).await.off_why, Some(Why::Failing));
        // Bo is gone: the top role hears of it.
        assert_eq!(jobs(&world, &format!("notify_alert:%:{}", ada.account)).await, 1);
    }

    async fn turning_it_off_ends_what_waits_but_what_arrived_arrived(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let (one, two) = (probe(&world, ada, team, id).await.unwrap(), probe(&world, ada, team, id).await.unwrap());
        let (first, second) = (message(&world, one).await, message(&world, two).await);
        act(&world, ada, team, async |tx, grant| webhook::turn(tx, &world.env, grant, id, false).await).await.unwrap();
        assert_eq!(record(&world, &first, &heard(Some(200), "")).await, Fate::Delivered);
        assert_eq!(record(&world, &second, &heard(Some(500), "")).await, Fate::Ended);
        let status = deliveries(&world, ada, team, id).await.into_iter().map(|one| one.status).collect::<Vec<_>>();
        assert_eq!(status, [Status::Cancelled, Status::Delivered]);
    }

    async fn what_the_log_forgot_cannot_be_told(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        fan_out(&world, team).await;
        let one = deliveries(&world, ada, team, id).await[0].id;
        let mut tx = world.db.write().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::TeamSettings).await.unwrap();
        activity::set_keep(&mut tx, &world.env, &grant, Keep::Days90).await.unwrap();
        tx.commit().await.unwrap();
        world.env.clock().advance(Duration::from_hours(24 * 91));
        let mut tx = world.db.write().await.unwrap();
        activity::cut(&mut tx, &world.env, team, 100).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(begin(&world, one).await, Start::Gone));
        let again = act(&world, ada, team, async |tx, grant| delivery::again(tx, &world.env, grant, id, one).await).await;
        assert_eq!(again.unwrap_err().code(), "WEBHOOK-GONE");
    }

    async fn tests_wait_for_one_another(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        for _ in 0..5 {
            probe(&world, ada, team, id).await.unwrap();
        }
        assert_eq!(probe(&world, ada, team, id).await.unwrap_err().code(), "WEBHOOK-BUSY");
    }

    async fn what_became_of_messages_is_kept_for_thirty_days(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let id = make(&world, ada, team, None).await;
        let (one, two) = (probe(&world, ada, team, id).await.unwrap(), probe(&world, ada, team, id).await.unwrap());
        answer(&world, one, Some(200)).await;
        world.env.clock().advance((KEPT + TimeDelta::seconds(1)).to_std().unwrap());
        let mut tx = world.db.write().await.unwrap();
        while prune(&mut tx, &world.env).await.unwrap() > 0 {}
        tx.commit().await.unwrap();
        let left: Vec<_> = deliveries(&world, ada, team, id).await.into_iter().map(|one| one.id).collect();
        assert_eq!(left, [two], "what waits is not forgotten");
    }
}
