//! `solve` and `terms`: columns, times, exit codes, threads.

use crate::folder::{Folder, PAIR};

#[test]
fn solve_writes_exact_solution_with_all_digits() {
    let folder = Folder::new();
    folder.succeeds(&[
        "solve",
        "pair.net",
        "--times",
        "0 s, 0.5..4 s x 3 linear",
        "--rtol",
        "1e-9",
        "--out",
        "o.csv",
    ]);
    let (header, rows) = folder.table("o.csv");
    assert_eq!(header, ["id", "t_s", "t_yr", "T_K", "n_A", "n_B", "n_C+", "n_e-"]);
    assert_eq!(rows.iter().map(|r| r[1]).collect::<Vec<_>>(), [0.0, 0.5, 2.25, 4.0]);
    for row in &rows {
        let exact = 1.0 + 2.0 * (-3.0 * row[1]).exp();
        assert!((row[4] - exact).abs() < 1e-7, "{} instead of {exact} at {} s", row[4], row[1]);
        assert!((row[4] + row[5] - 3.0).abs() < 1e-14);
        assert_eq!(row[2], row[1] / 3.1536e7);
        assert_eq!(row[3], 100.0);
    }
    assert_eq!(rows[0][4..], [3.0, 0.0, 0.0, 0.0]);
    let digits = folder.read("o.csv").lines().nth(2).unwrap().split(',').nth(4).unwrap().len();
    assert!(digits >= 18, "{digits} characters hold fewer than 17 digits");
}

#[test]
fn parameters_and_declared_states_are_taken_by_name() {
    let folder = Folder::new();
    let arguments =
        ["solve", "pair.net", "--initial", "other", "--set", "speed=0", "--times", "1 s", "--rtol", "1e-9"];
    folder.succeeds(&[&arguments[..], &["--out", "o.csv"]].concat());
    let (_, rows) = folder.table("o.csv");
    assert!((rows[0][4] - (1.0 - (-1.0f64).exp())).abs() < 1e-7);
    assert!(folder.read("o.csv").lines().nth(1).unwrap().starts_with("other,"));
    folder.is_refused(
        &["solve", "pair.net", "--set", "sped=1"],
        &["no parameter `sped`", "did you mean `speed`?"],
    );
    folder.is_refused(&["solve", "pair.net", "--set", "speed"], &["--set", "speed", "write for example"]);
    folder.is_refused(&["solve", "pair.net", "--initial", "othr"], &["`othr`", "did you mean `other`?"]);
}

#[test]
fn without_options_results_go_to_the_folder_out() {
    let folder = Folder::new();
    let text = folder.succeeds(&["solve", "pair.net"]);
    for word in
        ["steps", "right-hand sides", "Jacobians", "conserved", "charge", "n(A)", "wall time", "out/pair.csv"]
    {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    assert!(folder.read("out/pair.svg").contains("C⁺") || folder.read("out/pair.svg").contains("A"));
    assert_eq!(folder.table("out/pair.csv").1.len(), 200);
}

#[test]
fn columns_may_stand_in_any_order_and_others_are_passed_over() {
    let folder = Folder::new();
    folder.write("a.csv", "id,T_K,n_A,n_B,n_C+,n_e-\n7,1.0E+002,3,0.5,0.25,0.25\n8,50,1,0,0,0\n");
    folder.write(
        "b.csv",
        "# shuffled\nn_B,note,n_e-,T_K,n_A,id,n_C+\n.5,hot,0.25,100,3,7,0.25\n0,,0,50,1,8,0\n",
    );
    for (initial, out) in [("a.csv", "1.csv"), ("b.csv", "2.csv")] {
        folder.succeeds(&["solve", "pair.net", "--initial", initial, "--times", "1, 2 s", "--out", out]);
    }
    assert_eq!(folder.read("1.csv"), folder.read("2.csv"));
    assert_eq!(folder.table("1.csv").1.iter().map(|r| r[0]).collect::<Vec<_>>(), [7.0, 7.0, 8.0, 8.0]);
}

#[test]
fn times_come_from_a_file_for_each_id() {
    let folder = Folder::new();
    folder.write(
        "t.csv",
        "id,t_s,t_yr,T_K,n_A,n_B,n_C+,n_e-\n1,0.0E+000,0,100,3,0,0,0\n1,5.0E-001,0,1,1,1,0,0\n2,2,0,90,1,0,0,0\n2,3,0,1,1,1,0,0\n",
    );
    folder.succeeds(&["solve", "pair.net", "--initial", "t.csv", "--times-from", "t.csv", "--out", "o.csv"]);
    let (_, rows) = folder.table("o.csv");
    let times: Vec<_> = rows.iter().map(|r| (r[0], r[1], r[3])).collect();
    assert_eq!(times, [(1.0, 0.0, 100.0), (1.0, 0.5, 100.0), (2.0, 2.0, 90.0), (2.0, 3.0, 90.0)]);
    // A file with one id serves all cells.
    folder.write("one.csv", "id,t_s\n9,4\n");
    folder.succeeds(&[
        "solve",
        "pair.net",
        "--initial",
        "t.csv",
        "--times-from",
        "one.csv",
        "--out",
        "o.csv",
    ]);
    assert_eq!(folder.table("o.csv").1.len(), 2);
    folder.write("other.csv", "id,t_s\n1,4\n3,4\n");
    folder.is_refused(
        &["solve", "pair.net", "--initial", "t.csv", "--times-from", "other.csv", "--out", "o.csv"],
        &["other.csv", "no times for the cell `2`"],
    );
}

#[test]
fn wrong_states_are_refused_and_nothing_is_written_over() {
    let folder = Folder::new();
    folder.write("o.csv", "precious\n");
    let cases = [
        ("id,n_A,n_B,n_e-\n1,1,0,0\n", vec!["s.csv:1", "column T_K is missing", "help: add T_K"]),
        ("id,T_K,speed\n1,100,1\n", vec!["s.csv:1", "no column holds a density", "such as n_A"]),
        ("T_K,n_A,n_B,n_C+,n_e-\n100,1,0,0,0\n", vec!["s.csv:1", "column id is missing"]),
        ("id,T_K,n_A,n_B,n_C+,n_e\n1,100,1,0,0,0\n", vec!["s.csv:1, column n_e", "did you mean `e-`?"]),
        ("id,T_K,n_A,n_B,n_C+,n_e-\n1,100,1,-2e-3,0,0\n", vec!["s.csv:2, column n_B", "negative", "-2e-3"]),
        ("id,T_K,n_A,n_B,n_C+,n_e-\n1,NaN,1,0,0,0\n", vec!["s.csv:2, column T_K", "not a finite number"]),
        (
            "id,T_K,n_A,n_B,n_C+,n_e-\n1,100,1,0,0.5,0\n",
            vec!["s.csv:2", "not neutral", "n_e- = 5.0000000000000000e-1"],
        ),
        ("id,T_K,n_A,n_B,n_C+,n_e-\n1,100,1,0,0\n", vec!["s.csv:2", "5 fields, the header 6"]),
        (
            "id,T_K,n_A,n_B,n_C+,n_e-\n1,9,1,0,0,0\n1,9,1,0,0,0\n",
            vec!["s.csv:3, column id", "stood already in line 2"],
        ),
        ("id,T_K,n_A,n_B,n_C+,n_e-\n", vec!["s.csv", "no states"]),
        ("", vec!["s.csv", "no header"]),
        ("%PDF-1.4\n\u{0}\u{1}", vec!["s.csv", "missing"]),
    ];
    for (text, words) in cases {
        folder.write("s.csv", text);
        folder.is_refused(
            &["solve", "pair.net", "--initial", "s.csv", "--times", "1 s", "--out", "o.csv"],
            &words,
        );
        if !text.contains("1,100,1,0,0.5,0") && !text.contains("1,9,1") {
            folder.is_refused(&["terms", "pair.net", "--states", "s.csv", "--out", "o.csv"], &words);
        }
    }
    folder.is_refused(
        &["solve", "pair.net", "--initial", "none.csv", "--out", "o.csv"],
        &["none.csv", "cannot be read"],
    );
}

#[test]
fn species_without_a_column_have_none_and_columns_that_nothing_uses_are_named() {
    let folder = Folder::new();
    folder.write("whole.csv", "id,T_K,n_A,n_B,n_C+,n_e-\n1,100,3,0,0,0\n");
    folder.write("few.csv", "speed,id,remark,T_K,n_A,nB\n5,1,x,100,3,0\n");
    let run = |states: &str, out: &str| {
        let solve = ["solve", "pair.net", "--initial", states, "--times", "1, 2 s", "--out", out];
        let terms = ["terms", "pair.net", "--states", states, "--out", &format!("terms_{out}")];
        [folder.chem(&solve), folder.chem(&terms)].map(|output| {
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(0), "{error}");
            error
        })
    };
    assert_eq!(run("whole.csv", "1.csv"), ["", ""]);
    for warnings in run("few.csv", "2.csv") {
        let lines: Vec<&str> = warnings.lines().collect();
        let expected = [
            "warning: few.csv:1: nothing uses the column `speed`",
            "  = help: declare the parameter `per cell` in the network file, or give it one value for all cells: --set speed=VALUE",
            "warning: few.csv:1: nothing uses the column `nB`",
            "  = help: did you mean `n_B`?",
            "warning: few.csv:1: nothing uses the column `remark`",
        ];
        assert_eq!(lines, expected);
    }
    assert_eq!(folder.read("1.csv"), folder.read("2.csv"));
    assert_eq!(folder.read("terms_1.csv"), folder.read("terms_2.csv"));
}

#[test]
fn wrong_options_are_refused() {
    let folder = Folder::new();
    let refused = |option: &[&str], words: &[&str]| {
        folder.is_refused(&[&["solve", "pair.net", "--out", "o.csv"], option].concat(), words);
    };
    refused(&["--times", "1e-2..1e6 x 20"], &["--times", "no unit", "Myr"]);
    refused(&["--times", "2, 1 yr"], &["--times", "increase"]);
    refused(&["--times", "-1 yr"], &["--times", "zero or positive"]);
    refused(&["--times", "1 yr", "--times-from", "x.csv"], &["cannot be used with"]);
    refused(&["--times-from", "x.csv"], &["x.csv", "cannot be read"]);
    refused(&["--rtol", "0"], &["--rtol", "1e-13"]);
    refused(&["--rtol", "NaN"], &["--rtol"]);
    refused(&["--atol", "-1"], &["--atol"]);
    refused(&["--threads", "0"], &["--threads"]);
    refused(&["--plot", "."], &[".", "cannot be written"]);
    folder.is_refused(
        &["solve", "pair.net", "--out", "pair.net/o.csv"],
        &["pair.net/o.csv", "cannot be written"],
    );
}

#[test]
fn terms_evaluates_every_row() {
    let folder = Folder::new();
    folder.write("s.csv", "id,T_K,n_A,n_B,n_C+,n_e-\n1,100,1,0.5,1,2\n1,100,2,0,0,0\n");
    folder.succeeds(&["terms", "pair.net", "--states", "s.csv", "--out", "o.csv"]);
    let (header, rows) = folder.table("o.csv");
    let expected = "id,dndt_A,dndt_B,dndt_C+,dndt_e-,dTdt,k1,k2,k3,k4,heat_total,cool_total,flux_forth,flux_back,flux_ion,flux_neutral";
    assert_eq!(header.join(","), expected);
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-15 * b.abs();
    assert!(near(rows[0][1], -1.5 + 2e-9) && near(rows[0][2], 1.5), "{:?}", rows[0]);
    assert_eq!(rows[0][5..12], [0.0, 2.0, 1.0, 0.0, 1e-9, 0.0, 0.0]);
    assert_eq!(rows[1][12..], [4.0, 0.0, 0.0, 0.0]);
}

#[test]
fn failed_cells_are_named_and_the_others_written() {
    let folder = Folder::new();
    // At 1 K the coefficient is infinite.
    let runaway = PAIR
        .replace("forth:", "allow(W010) forth:")
        .replace("k = speed ", "k = speed * exp(1e4 * (1 - T / 100 [K])) ");
    folder.write("runaway.net", &runaway);
    folder.write("s.csv", "id,T_K,n_A,n_B,n_C+,n_e-\ngood,100,3,0,0,0\nbad,1,1,1,0,0\n");
    let output =
        folder.chem(&["solve", "runaway.net", "--initial", "s.csv", "--times", "1 s", "--out", "o.csv"]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("cell bad") && error.contains("1 of 2 cells failed"), "{error}");
    let written = folder.read("o.csv");
    assert!(written.contains("\ngood,") && !written.contains("bad"), "{written}");
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let folder = Folder::new();
    let rows: String = (1..60).map(|i| format!("{i},100,{i},0.5,{i},{i}\n")).collect();
    folder.write("s.csv", &format!("id,T_K,n_A,n_B,n_C+,n_e-\n{rows}"));
    for threads in ["1", "2", "5"] {
        let out = format!("{threads}.csv");
        let arguments =
            ["solve", "pair.net", "--initial", "s.csv", "--times", "1..1e6 s x 5", "--threads", threads];
        folder.succeeds(&[&arguments[..], &["--out", &out]].concat());
    }
    assert_eq!(folder.read("1.csv"), folder.read("2.csv"));
    assert_eq!(folder.read("1.csv"), folder.read("5.csv"));
}

/// Each cell has the value of its row, as if it were solved alone with that value; what was not split is listed.
#[test]
fn columns_of_parameters_per_cell_are_values_of_cells() {
    let folder = Folder::new();
    let per_cell = super::folder::PAIR.replace("speed = 2 [s^-1] ", "speed = 2 [s^-1] per cell");
    folder.write("each.net", &per_cell);
    folder.write("cells.csv", "id,T_K,n_A,speed\n1,100,3,0.5\n2,100,3,4\n");
    folder.write("cell.csv", "id,T_K,n_A\n1,100,3\n");
    let run = |states: &str, out: &str, set: &[&str]| {
        let solve =
            ["solve", "each.net", "--initial", states, "--times", "0.1, 2 s", "--rtol", "1e-9", "--out", out];
        let terms = ["terms", "each.net", "--states", states, "--out", &format!("terms_{out}")];
        for command in [&solve[..], &terms[..]] {
            let output = folder.chem(&[command, set].concat());
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), error.as_str()), (Some(0), ""), "{command:?}");
        }
        [folder.table(out).1, folder.table(&format!("terms_{out}")).1]
    };
    let both = run("cells.csv", "both.csv", &[]);
    let alone = [
        run("cell.csv", "first.csv", &["--set", "speed=0.5"]),
        run("cell.csv", "second.csv", &["--set", "speed=4"]),
    ];
    for (kind, both) in both.iter().enumerate() {
        let alone = alone.iter().flat_map(|alone| &alone[kind]);
        let values = |row: &Vec<f64>| format!("{:?}", &row[1..]);
        assert_eq!(both.iter().map(values).collect::<Vec<_>>(), alone.map(values).collect::<Vec<_>>());
    }
    folder.write("wrong.csv", "id,T_K,n_A,speed\n1,100,3,-1\n");
    folder.is_refused(&["solve", "each.net", "--initial", "wrong.csv"], &["speed", "-1"]);
    folder.write(
        "split.net",
        &per_cell.replace("k = speed  ", "k = 1 [s^-1] * exp(-speed * T / 1e3 [K s^-1])  "),
    );
    let text = folder.succeeds(&["check", "--splits", "split.net"]);
    assert!(text.contains("forth") && !text.contains("back"), "{text}");
}

/// `on` and `off` are values of switches, and the only ones beside 1 and 0.
#[test]
fn switches_are_set_on_or_off() {
    let folder = Folder::new();
    let switched = super::folder::PAIR.replace("k = speed ", "k = speed * quick ");
    folder.write("switched.net", &format!("{switched}\nswitch quick = on  \"made up\"\n"));
    let last = |set: &[&str]| {
        let solve = ["solve", "switched.net", "--times", "1e3 s", "--out", "out.csv"];
        folder.succeeds(&[&solve[..], set].concat());
        let (header, rows) = folder.table("out.csv");
        rows[0][header.iter().position(|name| name == "n_A").unwrap()]
    };
    let off = last(&["--set", "quick=off"]);
    assert!((off - 3.0).abs() < 1e-6, "{off}");
    assert_eq!(last(&["--set", "quick=0"]), off);
    let on = last(&["--set", "quick = on"]);
    assert!((on - 1.0).abs() < 1e-3, "{on}");
    assert_eq!(last(&[]), on);
    for wrong in ["quick=0.5", "quick=maybe", "quick=NaN", "quick="] {
        folder.is_refused(&["solve", "switched.net", "--set", wrong], &["switch `quick`", "on", "off"]);
    }
    folder.is_refused(&["solve", "switched.net", "--set", "speed=on"], &["speed=on", "number"]);
}

/// The columns of what bands lose, for a field of which each state has its own value.
#[test]
fn terms_say_what_bands_of_radiation_lose() {
    let folder = Folder::new();
    folder.write(
        "light.net",
        "network light version 1\nspecies e-, H, H+\n\
         radiation uv: edges = 10, 13.6, 54.42 [eV], spectrum = E^-2, given = photons [cm^-3] per cell\n\
         h_pi: H + photon -> H+ + e-   k = photo_rate(uv, verner96[H])   \"Verner et al. 1996\"\n\
         h_rr: H+ + e- -> H + photon   k = 2.6e-13 [cm^3 s^-1]   \"made up\"\n",
    );
    folder.write("s.csv", "id,T_K,n_H,uv_1,uv_2\n1,100,3,1,0\n2,100,8,0,1e-5\n");
    folder.succeeds(&["terms", "light.net", "--states", "s.csv", "--out", "o.csv"]);
    let (header, rows) = folder.table("o.csv");
    let value = |row: usize, name: &str| rows[row][header.iter().position(|column| column == name).unwrap()];
    for (row, light) in [(0, 0.0), (1, 1e-5 * 2.997_924_58e10)] {
        assert_eq!(value(row, "absorption_uv_1"), 0.0);
        let (absorbed, flux) = (light * value(row, "absorption_uv_2"), value(row, "flux_h_pi"));
        assert!((absorbed - flux).abs() <= 1e-12 * flux, "{absorbed:e} {flux:e}");
    }
    assert!(value(1, "absorption_uv_2") / value(0, "absorption_uv_2") > 2.6);
}

/// Both solvers give the same cells in the same order, in their own environments; the program says which it took, and why.
#[test]
fn many_cells_are_solved_side_by_side() {
    let folder = Folder::new();
    folder
        .write("own.net", &PAIR.replace("parameter speed = 2 [s^-1]", "parameter speed = 2 [s^-1] per cell"));
    let rows: String = (0..50).map(|i| format!("c{i},{},1,{}\n", 100 + i, 0.1 * f64::from(i))).collect();
    folder.write("cells.csv", &format!("id,T_K,n_A,speed\n{rows}"));
    let solve = |method: &str, out: &str, more: &[&str]| {
        let arguments = ["solve", "own.net", "--initial", "cells.csv", "--rtol", "1e-5", "--method", method];
        folder.succeeds(&[&arguments[..], &["--times", "0, 0.5, 2 s", "--out", out], more].concat())
    };
    let text = solve("auto", "auto.csv", &[]);
    assert!(text.contains("solved by: batch, cells side by side in lanes (50 cells"), "{text}");
    assert!(text.contains("steps") && !text.contains("Jacobians"), "{text}");
    assert!(solve("bdf", "bdf.csv", &[]).contains("solved by: BDF, one cell after the other (as asked)"));
    solve("batch", "one.csv", &["--threads", "1"]);
    assert_eq!(folder.read("auto.csv"), folder.read("one.csv"), "threads do not matter");
    let (header, batch) = folder.table("auto.csv");
    let (_, bdf) = folder.table("bdf.csv");
    assert_eq!((batch.len(), header.len()), (150, bdf[0].len()));
    for (number, (a, b)) in batch.iter().zip(&bdf).enumerate() {
        // A = (1 + speed exp(-(1 + speed) t)) / (1 + speed)
        let speed = 0.1 * (number / 3) as f64;
        let exact = (1.0 + speed * (-(1.0 + speed) * a[1]).exp()) / (1.0 + speed);
        assert_eq!((a[1], a[3]), (b[1], b[3]));
        assert!((a[4] - exact).abs() < 1e-4 && (b[4] - exact).abs() < 1e-4, "{} {} {exact}", a[4], b[4]);
    }
}

#[test]
fn the_batch_says_what_it_does_not_take() {
    let folder = Folder::new();
    folder.write("two.csv", "id,T_K,n_A\na,100,1\nb,100,1\n");
    folder.write("times.csv", "id,t_s\na,1\nb,2\n");
    folder.is_refused(
        &["solve", "pair.net", "--method", "batch", "--initial", "two.csv", "--times-from", "times.csv"],
        &["--method", "the same output times for all cells"],
    );
    let text = folder.succeeds(&["solve", "pair.net", "--times", "1 s", "--out", "o.csv"]);
    assert!(text.contains("solved by: BDF, one cell after the other (fewer than 16 cells)"), "{text}");
    folder.succeeds(&["solve", "pair.net", "--times", "1 s", "--method", "batch", "--out", "o.csv"]);
}
