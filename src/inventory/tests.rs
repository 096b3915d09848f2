//! Each format as its tool writes it, with its traps, and what becomes of all of them together.

use super::{GapKind, Inventory, InventoryError, Records, read};

fn of(files: &[(&str, &str)]) -> Inventory {
    let mut records = Records::default();
    for (name, text) in files {
        records.add(read(text.as_bytes(), name).expect("an inventory").1);
    }
    Inventory::of(&records)
}

/// `key repository revisions owner` of every deployment, and `kind subject: message` of every gap.
fn told(inventory: &Inventory) -> Vec<String> {
    let deployments = inventory.deployments.iter().map(|one| {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let gone = if one.decommissioned {
            " decommissioned"
        } else {
            ""
        };
        let (repository, owner) = (shown(&one.repository), shown(&one.owner));
        format!("{} {repository} {:?} {owner}{gone}", one.key, one.revisions)
    });
    let gaps = inventory.gaps.iter();
    let gaps = gaps.map(|gap| format!("{} {}: {}", gap.kind.word(), gap.subject, gap.message));
    deployments.chain(gaps).collect()
}

const SHA: &str = "0123456789012345678901234567890123456789";
const OTHER: &str = "abcdefabcdefabcdefabcdefabcdefabcdefabcd";

#[test]
fn lines_of_json() {
    let text = format!(
        r#"{{"service":"checkout","repo":"https://git.example/acme/checkout","revision":"{SHA}","env":"prod","site":"eu-1","owner":"team-pay","replicas":3}}
{{"service":"cart","env":"prod"}}
not json
{{"env":"prod"}}
{{"service":"old","env":"prod","repo":"acme/old","revision":"{SHA}","status":"decommissioned"}}
{{"service":"odd","env":"prod","repo":7,"status":"asleep","observed_at":"yesterday"}}
"#
    );
    insta::assert_snapshot!(told(&of(&[("i.jsonl", &text)])).join("\n"));
}

#[test]
fn contradictions_are_told_and_later_lines_update() {
    let line = |revision: &str, more: &str| {
        format!(r#"{{"service":"a","env":"prod","repo":"acme/a","revision":"{revision}"{more}}}"#)
            + "\n"
    };
    let both = line(SHA, "") + &line(OTHER, "");
    let timed = line(OTHER, r#","observed_at":"2026-03-02T09:00:00Z""#)
        + &line(SHA, r#","observed_at":"2026-03-01T09:00:00Z""#);
    let short = line(&SHA[..10], "") + &line(SHA, "");
    let revisions = |text: &str| of(&[("i", text)]).deployments[0].revisions.clone();
    assert_eq!(revisions(&both), [SHA, OTHER]);
    assert_eq!(revisions(&timed), [OTHER]);
    assert_eq!(revisions(&short), [SHA]);
    assert!(of(&[("i", &timed)]).gaps.is_empty() && of(&[("i", &short)]).gaps.is_empty());
    let gaps = of(&[("i", &both)]).gaps;
    assert_eq!(gaps[0].kind, GapKind::Contradiction);
    // Whatever is said to be gone and to run is looked at.
    let gone = line(SHA, "") + &line(SHA, r#","status":"decommissioned""#);
    let inventory = of(&[("i", &gone)]);
    assert!(!inventory.deployments[0].decommissioned);
    assert_eq!(inventory.gaps[0].kind, GapKind::Contradiction);
}

/// Of a deployment that moved to another repository the later line tells; without times nobody can.
#[test]
fn lines_that_name_different_repositories() {
    let line = |repository: &str, day: &str| {
        let at = match day {
            "" => String::new(),
            day => format!(r#","observed_at":"2026-03-{day}T09:00:00Z""#),
        };
        format!(
            r#"{{"service":"a","env":"prod","repo":"acme/{repository}","revision":"{SHA}","owner":"{repository}"{at}}}"#
        ) + "\n"
    };
    let moved = of(&[("i", &(line("old", "01") + &line("new", "02")))]);
    assert_eq!(told(&moved), [format!("prod/a acme/new [{SHA:?}] new")]);
    assert!(!moved.deployments[0].ambiguous);
    let unclear = of(&[("i", &(line("old", "") + &line("new", "02")))]);
    assert!(unclear.deployments[0].ambiguous);
    let said = told(&unclear).join("\n");
    assert!(
        said.contains("nobody can tell which; acme/new is taken"),
        "{said}"
    );
}

/// What others built needs neither a repository nor labels; said of what is ours, it is told and changes nothing.
#[test]
fn third_parties_leave_no_gaps() {
    let others = r#"{"service":"dns","env":"prod","artifact":"docker.io/coredns:1.11","status":"third-party"}"#;
    let inventory = of(&[("i", others)]);
    assert!(inventory.deployments[0].third_party);
    assert!(inventory.gaps.is_empty(), "{:?}", inventory.gaps);
    let own = others
        .replace("dns\"", "dns2\"")
        .replace("third-party", "deployed");
    let both = of(&[("i", &format!("{others}\n{own}\n"))]);
    let kinds: Vec<GapKind> = both.gaps.iter().map(|gap| gap.kind).collect();
    assert_eq!(kinds, [GapKind::NoRepository, GapKind::ImageWithoutLabels]);
}

const KUBERNETES: &str = r#"{"apiVersion":"v1","kind":"List","items":[
 {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"checkout-web","namespace":"prod","labels":{"app.kubernetes.io/name":"checkout"}},
  "spec":{"template":{"spec":{"containers":[{"name":"app","image":"ghcr.io/acme/checkout:1.5"}]}}}},
 {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"checkout-web-6d4cf56db6","namespace":"prod","ownerReferences":[{"kind":"Deployment","name":"checkout-web"}]},
  "spec":{"template":{"spec":{"containers":[{"name":"app","image":"ghcr.io/acme/checkout:1.4"}]}}}},
 {"apiVersion":"v1","kind":"Pod","metadata":{"name":"checkout-web-6d4cf56db6-x2x","namespace":"prod","labels":{"pod-template-hash":"6d4cf56db6"},"ownerReferences":[{"kind":"ReplicaSet","name":"checkout-web-6d4cf56db6"}]},
  "spec":{"containers":[{"name":"app","image":"ghcr.io/acme/checkout:1.4"}]},
  "status":{"phase":"Running","containerStatuses":[{"name":"app","imageID":"docker-pullable://ghcr.io/acme/checkout@sha256:14"}]}},
 {"apiVersion":"v1","kind":"Pod","metadata":{"name":"nightly-28391234-z","namespace":"prod","ownerReferences":[{"kind":"Job","name":"nightly-28391234"}]},
  "spec":{"containers":[{"name":"app","image":"ghcr.io/acme/nightly:7"},{"name":"proxy","image":"ghcr.io/acme/proxy:2"}]},
  "status":{"phase":"Running","containerStatuses":[{"name":"app","imageID":"sha256:77"},{"name":"proxy","imageID":""}]}},
 {"apiVersion":"v1","kind":"Pod","metadata":{"name":"done","namespace":"prod"},"spec":{"containers":[{"name":"a","image":"x/y:1"}]},"status":{"phase":"Succeeded"}},
 {"apiVersion":"v1","kind":"Service","metadata":{"name":"checkout","namespace":"prod"}},
 {"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"checkout","namespace":"prod"}}
]}"#;

fn labels() -> String {
    format!(
        r#"{{"Name":"ghcr.io/acme/checkout","Digest":"sha256:14","RepoTags":["1.4","1.5"],"Labels":{{"org.opencontainers.image.source":"https://git.example/acme/checkout","org.opencontainers.image.revision":"{SHA}"}}}}
[{{"RepoTags":["ghcr.io/acme/checkout:1.5"],"RepoDigests":["ghcr.io/acme/checkout@sha256:15"],"Config":{{"Labels":{{"org.label-schema.vcs-url":"git@git.example:acme/checkout.git","org.label-schema.vcs-ref":"{OTHER}"}}}}}}]
{{"image":"ghcr.io/acme/nightly:7","digest":"sha256:77","labels":{{"org.opencontainers.image.revision":"unknown"}}}}
{{"config":{{"Labels":{{"org.opencontainers.image.revision":"{SHA}"}}}}}}
"#
    )
}

/// Pods say what runs, manifests what should; labels lead to the commit.
#[test]
fn a_cluster_and_the_labels_of_its_images() {
    let inventory = of(&[("cluster.json", KUBERNETES), ("labels.json", &labels())]);
    insta::assert_snapshot!(told(&inventory).join("\n"));
}

/// What a service mesh puts beside a workload's only container does not rename it, and is a deployment of its own.
#[test]
fn a_sidecar_is_none_of_the_workloads_containers() {
    let with_sidecar = KUBERNETES.replacen(
        r#"  "spec":{"containers":[{"name":"app","image":"ghcr.io/acme/checkout:1.4"}]}"#,
        r#"  "spec":{"containers":[{"name":"app","image":"ghcr.io/acme/checkout:1.4"},{"name":"proxy","image":"mesh/proxy:1"}]}"#,
        1,
    );
    assert_ne!(with_sidecar, KUBERNETES);
    let keys = |text: &str| -> Vec<String> {
        let inventory = of(&[("cluster.json", text), ("labels.json", &labels())]);
        let web = inventory.deployments.into_iter();
        let web = web.filter(|one| one.key.starts_with("prod/checkout-web"));
        web.map(|one| format!("{} {:?}", one.key, one.revisions))
            .collect()
    };
    let own = format!("prod/checkout-web [\"{SHA}\"]");
    assert_eq!(keys(KUBERNETES), std::slice::from_ref(&own));
    assert_eq!(
        keys(&with_sidecar),
        [own, "prod/checkout-web:proxy []".to_owned()]
    );
}

#[test]
fn argo_cd_tells_of_images_and_not_of_the_applications_commit() {
    let text = format!(
        r#"{{"apiVersion":"v1","kind":"List","items":[
 {{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{{"name":"checkout","namespace":"argocd"}},
  "spec":{{"source":{{"repoURL":"https://git.example/acme/manifests"}},"destination":{{"namespace":"prod","name":"eu-1"}}}},
  "status":{{"sync":{{"revision":"{OTHER}"}},"summary":{{"images":["ghcr.io/acme/checkout:1.5"]}},"history":[{{"deployedAt":"2026-03-02T09:00:00Z"}}]}}}},
 {{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{{"name":"bare"}},
  "spec":{{"source":{{"repoURL":"https://git.example/acme/manifests"}},"destination":{{"namespace":"prod","server":"https://kubernetes.default.svc"}}}},
  "status":{{"sync":{{"revision":"{OTHER}"}}}}}}]}}"#
    );
    let labels = labels().replace(OTHER, SHA);
    let inventory = of(&[("argo.json", &text), ("labels.json", &labels)]);
    let told = told(&inventory).join("\n");
    insta::assert_snapshot!(told);
    assert!(
        inventory
            .deployments
            .iter()
            .all(|one| !one.revisions.contains(&OTHER.to_owned()))
    );
}

#[test]
fn a_catalogue_knows_repositories_and_owners() {
    let catalogue = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: checkout\n  annotations:\n\
                     \x20   backstage.io/source-location: url:https://git.example/acme/checkout/tree/main/\n\
                     spec:\n  owner: group:default/team-pay\n  type: service\n---\n\
                     apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: team-pay\n---\n---\nfoo: bar\n---\n\
                     kind: Component\nmetadata:\n  name: search\n  annotations:\n    github.com/project-slug: acme/search\n\
                     \x20   backstage.io/kubernetes-id: finder\n";
    let lines = format!(
        r#"{{"service":"checkout","env":"prod","revision":"{SHA}"}}
{{"service":"finder","env":"prod","revision":"{SHA}","repo":"https://git.example/acme/finder","owner":"team-search"}}"#
    );
    let inventory = of(&[("catalog-info.yaml", catalogue), ("i.jsonl", &lines)]);
    insta::assert_snapshot!(told(&inventory).join("\n"));
}

#[test]
fn what_is_no_inventory_is_refused_or_told() {
    assert_eq!(read(b"  \n", "i"), Err(InventoryError::Empty));
    assert_eq!(read(b"\xff\xfe", "i"), Err(InventoryError::Encoding));
    for text in ["{\"service\":\n\n\n", "[[[[1]]]]", "a: [", "nothing", "{}"] {
        let inventory = of(&[("i", text)]);
        assert!(inventory.deployments.is_empty(), "{text}");
        assert_eq!(inventory.gaps.len(), 1, "{text}: {:?}", inventory.gaps);
    }
}
